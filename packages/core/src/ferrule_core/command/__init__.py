"""What commands of all packages share: the context that they are given, and how they speak."""
