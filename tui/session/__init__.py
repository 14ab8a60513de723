"""An open session: guarded, followed, watched, ended, returned to."""
