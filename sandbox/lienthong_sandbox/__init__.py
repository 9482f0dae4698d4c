"""The national systems, emulated on loopback: their protocols, their people, their faults."""
