"""Who takes part in the simulated company's advocacy programme, and what they share; all of it is invented."""

from __future__ import annotations

TEAMS = (
    ("Sales Lyon", "Lyon", 12, 11, 9, 7),
    ("Sales Paris", "Paris", 11, 10, 9, 3),
    ("Customer Success", "Lyon", 12, 11, 9, 7),
    ("Marketing", "Paris", 9, 9, 7, 6),
    ("Product", "Lyon", 13, 9, 8, 4),
    ("Finance", "Paris", 3, 2, 2, 1),
)
"""Team, region, and how many of its employees are eligible, were invited, are enrolled, share; one is too small for figures of its own."""
SALES = ("Sales Lyon", "Sales Paris")
NEEDS_APPROVAL = "Finance"
FIRST_NAMES = (
    "Léa", "Hugo", "Chloé", "Louis", "Manon", "Jules", "Camille", "Arthur", "Inès", "Gabriel", "Sarah", "Nathan", "Zoé", "Théo", "Emma",
    "Adam", "Lina", "Paul", "Alice", "Tom", "Jade", "Noé", "Rose", "Ethan", "Anna", "Sacha", "Juliette", "Samuel", "Clara", "Maxime",
)  # fmt: skip
LAST_NAMES = (
    "Arvieux", "Bressolle", "Cazaubon", "Delaunoy", "Estrade", "Fauquet", "Gardellin", "Hervouin", "Issartel", "Jourdanne", "Kerlévan",
    "Lamoureuse", "Montégut", "Noirclerc", "Ollivary", "Peyrolade", "Quérouil", "Rambaudet", "Sauvageot-Lys", "Tourrelle", "Urvoas-Len",
    "Vaucanson", "Wattelin", "Yvonnet", "Zamparelle",
)  # fmt: skip
CONTENTS = {
    "livre-blanc-eti": "Notre livre blanc sur le pilotage commercial des ETI est paru : ce que 212 directions commerciales nous ont dit.",
    "guide-rfp-crm": "Comment écrire un appel d'offres CRM sans en faire un roman ? Le guide, avec sa grille de notation.",
    "prevision-des-ventes": "Prévoir ses ventes quand le cycle dure neuf mois : trois méthodes, leurs erreurs mesurées.",
}
"""What the company offers for sharing, and the text it suggests."""
OFFERED = {
    "barometre-ventes-2025": "Le baromètre des ventes 2025 : 1 400 commerciaux, onze secteurs, et une surprise sur les cycles longs.",
    "comparatif-crm-eti": "Neuf CRM pour ETI comparés sur ce qui compte : la saisie, les droits, la sortie des données.",
    "modele-compte-rendu": "Notre modèle de compte rendu de visite : dix lignes, pas une de plus, et tout y est.",
    "calculateur-de-cycle": "Combien dure vraiment votre cycle de vente ? Le calculateur, formule ouverte.",
}
"""Contents that half of the teams were offered and the other half not, by chance, and their texts."""
HASHTAG = "#lumenio"
"""What each post has to carry, so that readers see whose employee writes."""
OWN_WORDS = (
    "Trois ans que je vois passer la même question en rendez-vous, voici ma réponse",
    "Discussion passionnante hier avec un directeur industriel : on en tire quelques leçons",
    "Je ne suis pas d'accord avec ce qu'on lit partout sur la prévision",
    "Ce que j'ai appris en accompagnant douze déploiements cette année",
    "Petit retour de terrain, chiffres à l'appui",
    "Ma lecture du trimestre, et ce que j'en ferais à votre place",
    "Un client m'a dit hier que son comité de direction ne croyait plus aucun chiffre",
    "Merci à l'équipe pour cette semaine d'atelier à Grenoble",
    "Question sincère : qui relit encore les comptes rendus de visite ?",
    "On a supprimé la moitié de nos indicateurs, personne ne s'en est plaint",
    "Le plus dur n'est pas l'outil, c'est de décider qui saisit quoi",
    "Je garde de ce salon trois rencontres et une extinction de voix",
)
"""What they write themselves, three sentences at a time."""
COMMENTS = (
    "Bravo pour ce retour !",
    "Tout à fait d'accord, surtout sur la saisie.",
    "J'ajouterais la question des droits d'accès.",
    "On en a parlé avec un client pas plus tard que mardi.",
    "Merci du partage.",
    "À lire, vraiment.",
)
COLLEAGUES = 45
"""Employees beside those of the programme, who read what colleagues post."""
TITLES = (
    "Directeur commercial", "Directrice générale", "DAF", "DSI", "PDG", "Responsable des achats", "Chef de projet CRM",
    "VP Sales", "Sales Operations Manager", "Contrôleuse de gestion", "Directeur adjoint des ventes", "Assistante du PDG",
    "Head of IT", "Acheteur", "Chargée de marketing", "Ingénieur commercial", "Responsable administration des ventes", "CFO",
)  # fmt: skip
ELSEWHERE = (
    "Atelier Roumaud",
    "Cabinet Vesperine",
    "Ligne Claire",
    "Sylvadour",
    "Comptoir Ostréa",
    "Université de Brevanne",
    "Indépendant",
)
ANSWERS = (
    "Recherche Google", "Bouche à oreille", "Un confrère", "Salon professionnel", "Votre newsletter", "Je ne sais plus",
    "ChatGPT", "Un article de votre blog",
)  # fmt: skip
