"""People and absences from HR's own exports: read whole, compared with what is known, applied at once or not at all."""
