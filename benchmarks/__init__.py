"""How quick Ferrule is, as ratios to bare asyncpg measured in the same run: `hatch run bench`."""
