"""A member of the organisers' staff: one person, whatever they are called and wherever they sit."""

from pydantic import BaseModel, ConfigDict, Field


class Member(BaseModel):
    """Kept in JSON with what they hold: the id says who it is, the name only what they were called then."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    #: 0: known by name alone, from before members had ids.
    id: int
    #: What towns and colleagues call them.
    name: str
    #: What tells them apart from another of the same name, such as « @marie » or « nº 12 »; empty: nobody is called so.
    mark: str = Field(default="", exclude=True)

    #: What their channel calls them beside, without its « @ »; None: nothing.
    username: str | None = Field(default=None, exclude=True)

    @property
    def called(self) -> str:
        """What colleagues are shown where this member is to be reached by it: a channel tells who is named so."""
        return f"{self.name} (@{self.username})" if self.username else self.shown

    @property
    def shown(self) -> str:
        """What colleagues are shown; towns are shown the name."""
        return f"{self.name} ({self.mark})" if self.mark else self.name

    def is_same(self, other: "Member | None") -> bool:
        """Whether both are one person."""
        if other is None:
            return False
        return self.id == other.id if self.id and other.id else self.name == other.name


#: Nobody: what a message bears until its author is recognised.
NOBODY = Member(id=0, name="")
