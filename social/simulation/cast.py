"""Who takes part in the simulated company's advocacy programme, and what they share; all of it is invented."""

from __future__ import annotations

TEAMS = (
    ("Sales Lyon", "Lyon", 12),
    ("Sales Paris", "Paris", 11),
    ("Customer Success", "Lyon", 12),
    ("Marketing", "Paris", 9),
    ("Product", "Lyon", 13),
    ("Finance", "Paris", 3),
)
"""Team, region and how many employees are eligible; one team is too small for figures of its own."""
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
