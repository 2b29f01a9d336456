"""How fast smarketing is and how much memory it takes, against a floor or another package measured in the same run."""
