"""Kits (« jeux de gabarits »): whole sets of templates and agendas that people adapt, pass on and use."""
