"""Ways back: the kit, its drill, recovering with it; custodians, their ceremony, recovering by them; the will."""
