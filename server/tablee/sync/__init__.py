"""What a room does with bytes: decode, guard, apply, effects. Nothing in this folder waits."""
