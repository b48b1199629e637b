"""What a workshop is: plain values and rules. No clock, no network, no document library."""
