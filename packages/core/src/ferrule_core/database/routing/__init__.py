"""Which server answers: the primary, or one of its replicas."""
