"""Who sees what is sent: logs, counters, plans, health."""
