"""What every action writes: functions that give the record to append (docs/FORMAT.md, section 8).

They seal, commit and describe; whether the record is allowed is decided by the rules that every record goes through
before it is written.
"""
