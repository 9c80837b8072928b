"""The words around a town's name that tell it from an ordinary word; all folded (see `spelling.fold`)."""

# « la ville de X », « notre mairie, X »: what follows is a town, whatever its letters.
TOWN_NOUNS = frozenset(
    {"ville", "commune", "mairie", "maire", "municipalite", "village", "bourg", "prefecture", "sous"}
    | {"conseil", "municipal", "adjoint", "adjointe", "elu", "elue", "elus", "habitants", "bourgade", "cite"}
)
# … « ville de X » counts with the first four only; « habitants de X » needs a capital too.
STRONG_NOUNS = frozenset({"ville", "commune", "mairie", "maire", "municipalite", "village", "prefecture", "villes"})

# The words between such a noun and the name.
LINKS = frozenset({"de", "du", "des", "d", "la", "le", "les", "l"})

# « nous sommes à X », « je travaille pour X »: a place follows. Read backwards from the name.
BEING = frozenset(
    {"sommes", "suis", "est", "etes", "habite", "habitons", "vis", "vivons", "travaille", "travaillons", "situe"}
    | {"situee", "situes", "base", "basee", "bases", "installe", "installee", "elu", "elue", "dgs", "maire", "adjoint"}
    | {"viens", "venons", "contacte", "appelle", "ecris", "ecrivons", "representons", "represente", "cest", "ici"}
)
LIVING_IN = frozenset({"a", "au", "aux", "de", "d", "pour", "la", "le", "les", "l"})
AT = frozenset({"a", "au", "aux", "de", "d", "du", "des"})
PLACE_PREPOSITIONS = frozenset({"a", "au", "aux", "de", "du", "des", "d", "pour", "chez", "vers", "depuis", "sur"})
# « inscrivez X », « et X », « comme X », « que X »: a name may follow.
BEFORE_NAME = frozenset({"et", "ou", "que", "qu", "comme", "inscrivez", "inscrire", "si", "entre", "avec", "sans"})
# « X est-elle éligible ? », « X peut candidater ».
AFTER_NAME = frozenset({"est", "peut", "pourrait", "serait", "fait", "figure", "doit", "souhaite", "veut", "a", "sera"})
ELIGIBLE = frozenset({"eligible", "concernee", "concerne", "candidater", "postuler", "deposer", "participer"})
PRONOUNS = ELIGIBLE | {"elle", "il", "t", "on", "dans", "partie", "sur"}
# « un petit bourg », « notre ville »: no name follows.
DETERMINERS = frozenset(
    {"un", "une", "notre", "votre", "ce", "cette", "cet", "mon", "ma", "son", "sa", "chaque", "nos"}
)

# Before a person's name, not a town's.
TITLES = frozenset(
    {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle", "maitre", "docteur", "dr", "prenom"}
)
PRESENTATION = frozenset({"appelle", "nomme", "signe"})

# Never a town in a sentence, even with a capital: institutions, brands, words of this call, parts of the country.
NEVER = frozenset(
    {"ami", "acv", "cnam", "ti", "etat", "region", "departement", "pays", "poste", "banque", "caisse", "action"}
    | {"coeur", "industrie", "territoires", "nord", "sud", "est", "ouest", "centre", "france", "europe", "maire"}
    | {"mairie", "commune", "ville", "villes", "agglo", "merci", "bonjour", "bonsoir", "oui", "non", "vague", "vagues"}
    | {"plan", "pont", "saint", "sainte", "grand", "petit", "y", "us", "is", "as", "un", "une", "nous", "vous", "mais"}
    | {"lit", "contes", "bref", "chef", "mars", "sans", "par", "sur", "pour", "vers", "bus", "his", "her", "our", "by"}
    | {"urs", "ars", "ca", "cc", "cu", "an", "ans", "la", "le", "les", "des", "dun", "dune", "sus", "demain", "mois"}
    | {"programme", "conseil", "service", "services", "ecole", "college", "lycee", "hopital", "universite", "usine"}
    | {"rue", "place", "avenue", "boulevard", "route", "chemin", "quartier", "projet", "dossier", "public", "union"}
    | {"monsieur", "madame", "bien", "bonne", "voir", "faire", "aide", "autre", "autres", "contre", "entre", "avec"}
    | {"ou", "et", "si", "ne", "on", "en", "au", "aux", "se", "ce", "que", "qui", "quoi", "comment", "combien", "lot"}
    | {"cours", "formation", "fort", "forts", "marche", "marches", "fin", "mise", "courrier", "internet", "site"}
    | {
        "quatre",
        "quinze",
        "seize",
        "douze",
        "trente",
        "quarante",
        "seul",
        "seule",
        "juin",
        "passage",
        "riche",
        "montagne",
    }
    | {
        "fontaine",
        "fontaines",
        "plaine",
        "port",
        "riviere",
        "campagne",
        "mer",
        "possession",
        "change",
        "serre",
        "monnaie",
    }
    | {
        "condom",
        "die",
        "air",
        "lance",
        "long",
        "conseillers",
        "poissons",
        "vue",
        "rois",
        "roi",
        "reine",
        "aime",
    }
    | {
        "bourg",
        "mure",
        "mont",
        "monts",
        "val",
        "vallee",
        "lac",
        "bois",
        "iles",
        "ile",
        "isle",
        "tour",
        "mesnil",
        "paye",
    }
    | {"vaux", "court", "maisons", "maison", "chapelle", "eglise", "moulin", "parc", "foret", "plage", "cote", "cotes"}
    | {"chateau", "croix", "roche", "roches", "salle", "salles", "loge", "loges", "garde", "porte", "portes", "barre"}
    | {"can", "town", "city", "you", "job", "dry", "eu", "ry", "oz", "vif", "the", "it", "at", "do"}
)

# Names said without a capital and yet towns, though they are words too, when a place is expected.
MIN_KNOWN = 2000  # inhabitants: a smaller town needs a capital, or « la commune de »
MIN_WORD = 5000  # inhabitants, when the name is an ordinary word without a capital

SAINTS = frozenset({"saint", "sainte", "saints", "saintes", "st", "ste", "sts", "stes"})

# Before a name that is a street's or a building's.
STREETS = frozenset(
    {"rue", "avenue", "boulevard", "place", "quai", "allee", "chemin", "route", "impasse", "lycee", "college"}
    | {"ecole", "hopital", "clinique", "eglise", "gare", "stade", "quartier", "faubourg", "pont", "universite"}
)

# Communes too, but the region is meant.
OLD_REGIONS = frozenset({"bourgogne", "champagne", "limousin", "provence", "gascogne", "touraine", "corse", "anjou"})

# « à la Saint-Sylvestre »: feasts rather than villages, unless a place is expected.
FEASTS = frozenset({"saintsylvestre", "saintvalentin", "saintecatherine", "saintnicolas", "saintjean", "saintmichel"})

# Before a département: « dans la Drôme », « en Mayenne ».
DEPARTEMENT_LEADS = frozenset({"dans", "en"})
