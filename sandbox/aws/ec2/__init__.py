"""EC2 beyond moto: instances, fleets, placement groups, capacity, prices of spot."""
