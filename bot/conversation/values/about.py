"""What a message is about: a dossier or an exchange with the staff, and how it is written where it is kept."""


def about_dossier(reference: str) -> str:
    return f"dossier:{reference}"


def about_thread(thread: int | str) -> str:
    return f"thread:{thread}"
