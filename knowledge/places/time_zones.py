"""The time zone of a place in France, by its département or overseas collectivity."""

#: Names of the IANA time zone database (public domain), by the codes of the INSEE; elsewhere it is Paris's.
_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
MAINLAND = "Europe/Paris"


def zone_name(departement: str) -> str:
    """Return the IANA name of the time zone of a code such as « 39 » or « 974 »."""
    return _OVERSEAS.get(departement, MAINLAND)
