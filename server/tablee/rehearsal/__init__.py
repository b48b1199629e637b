"""A rehearsal: a believable workshop with simulated people who write, move, vote and answer at a chosen pace.

`story.py` reads what they write (canvases/rehearsal), `person.py` is one of them at a socket, `acts.py` says
what they do at the step the workshop is at, and `play.py` lets them live, in a workshop of `making.py`.
"""
