"""The one table of keys: bindings, the row at the bottom, help and the palette are made from it.

A letter means the same on every page. Letters act outside text only; in text the Ctrl and F keys and Esc do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from textual.binding import Binding, BindingType

from tui.act import EVERYWHERE, SHOWN, Act, key_word

__all__ = ["ACTS", "EVERYWHERE", "SHOWN", "Act", "acts", "bindings", "footer", "key_of", "key_word", "use"]

_ANYWHERE = (
    Act("help", ("f1",), EVERYWHERE, "keys", "the keys of this page", priority=True),
    Act("help", ("question_mark",), EVERYWHERE, "", "the keys of this page, outside text"),
    Act("lock", ("ctrl+l", "f9"), EVERYWHERE, "", "lock now", priority=True),
    Act("palette", ("ctrl+p", "f2"), EVERYWHERE, "", "commands by name", priority=True),
    Act("palette", ("colon",), EVERYWHERE, "", "commands by name, outside text"),
    Act("jump", ("ctrl+o",), EVERYWHERE, "", "jump: a letter on each row, field and part", priority=True),
    Act("repaint", ("f5",), EVERYWHERE, "", "paint the screen anew", priority=True),
    Act("leave", ("ctrl+q",), EVERYWHERE, "", "lock and leave", priority=True),
    Act("screen.stop", ("ctrl+c",), EVERYWHERE, "", "copy what is selected in text; nothing else"),
    Act("screen.next_part", ("tab",), EVERYWHERE, "", "the next part of the page"),
    Act("screen.previous_part", ("shift+tab",), EVERYWHERE, "", "the part before"),
)

_BOXES = (
    Act("next_part", ("tab",), "box", "", "the next field or list of a box"),
    Act("previous_part", ("shift+tab",), "box", "", "the one before"),
)
"""A box takes no key of what lies under it, so it has these of its own."""

_PLACES = (
    Act("place('today')", ("1",), "place", "", "Today: what needs doing"),
    Act("place('clients')", ("2",), "place", "", "Clients and their charts"),
    Act("place('find')", ("3",), "place", "", "Find: titles, and inside the notes"),
    Act("place('audit')", ("4",), "place", "", "Audit: everything that was done"),
    Act("place('vault')", ("5",), "place", "", "Vault: keys, members, policy, copies"),
    Act("look", ("slash",), "place", "", "find notes, from here"),
    Act("settings", ("comma",), "place", "", "settings of this machine"),
)

_LISTS = (
    Act("move(-1)", ("up", "k"), "list", "", "the row above"),
    Act("move(1)", ("down", "j"), "list", "", "the row below"),
    Act("go(0)", ("home", "g"), "list", "", "the first row"),
    Act("go(-1)", ("end", "G"), "list", "", "the last row"),
    Act("page(-1)", ("pageup",), "list", "", "a page up"),
    Act("page(1)", ("pagedown", "space"), "list", "", "a page down"),
    Act("half(-1)", ("ctrl+u",), "list", "", "half a page up"),
    Act("half(1)", ("ctrl+d",), "list", "", "half a page down"),
)
"""In lists and in texts that are only read, outside text fields."""

_PAGES = (
    Act("submit", ("enter",), "door", "unlock", "unlock with what you typed"),
    Act("other", ("down",), "door", "other ways", "other ways in: the audit trail, another vault", shown="↓"),
    Act("leave", ("ctrl+q",), "door", "leave", "leave", priority=True),
    Act("submit", ("enter",), "create", "next field", "the next field; on the last one, create"),
    Act("finish", ("ctrl+s",), "create", "create", "create the vault", priority=True),
    Act("offer", ("f7",), "create", "offer one", "draw a passphrase of six random words", priority=True),
    Act("out", ("escape",), "create", "back", "back; nothing is written"),
    Act("submit", ("enter",), "choose", "open", "open the file, or make one that is not there"),
    Act("out", ("escape",), "choose", "back", "back"),
    Act("choose", ("enter",), "today", "do it", "do what the row says"),
    Act("new", ("n",), "today", "new client", "add a client"),
    Act("discard", ("D",), "today", "discard", "discard text that is not in the vault; asks first"),
    Act("took_place", ("t",), "today", "kept", "the session took place"),
    Act("missed", ("m",), "today", "missed", "the client did not come"),
    Act("cancelled", ("c",), "today", "cancel", "it was called off; nothing is to be written"),
    Act("reschedule", ("e",), "today", "move", "move the appointment"),
    Act("out", ("q",), "today", "leave", "asks: lock or leave"),
    Act("choose", ("enter",), "clients", "chart", "the client's chart"),
    Act("new", ("n",), "clients", "new client", "add a client"),
    Act("edit", ("e",), "clients", "edit", "edit this client; opening it is recorded"),
    Act("bring_in", ("I",), "clients", "", "import notes from a folder or a file"),
    Act("write_out", ("x",), "clients", "", "export this client's chart, for somebody; recorded"),
    Act("sheet", ("i",), "clients", "sheet", "the client's sheet: appointments, status, who works with it"),
    Act("which", ("w",), "clients", "which", "which ones: all, active, closed, archived"),
    Act("names", ("v",), "clients", "names", "show or hide names on this page; showing is recorded"),
    Act("out", ("escape",), "clients", "", "back to Today"),
    Act("out", ("q",), "clients", "", "asks: lock or leave"),
    Act("choose", ("enter",), "chart", "open", "open the note; a draft to write on. Recorded"),
    Act("new", ("n",), "chart", "new note", "write a new note"),
    Act("sign", ("s",), "chart", "sign", "look at a draft, then sign it; a supervisor co-signs. Recorded"),
    Act("add", ("a",), "chart", "add to it", "open a signed note and add to it; recorded"),
    Act("move_note", ("m",), "chart", "", "a note for the wrong client: move it to the right chart"),
    Act("revisions", ("r",), "chart", "revisions", "the note's revisions, and what differs"),
    Act("sheet", ("i",), "chart", "sheet", "the client's sheet: appointments, status, who works with it"),
    Act("write_out", ("x",), "chart", "", "export this chart, for somebody; recorded"),
    Act("told", ("y",), "chart", "", "what left of these notes: the accounting of disclosures"),
    Act("shred", ("X",), "chart", "", "give up this note's text, for good; asks first"),
    Act("out", ("escape", "q"), "chart", "back", "back to the clients"),
    Act("out", ("escape",), "editor", "out", "from the header to the text; from the text out. Saves"),
    Act("hop", ("tab",), "editor", "section", "the next section of the text, the next field of the header"),
    Act("hop_back", ("shift+tab",), "editor", "", "the section or field before"),
    Act("part", ("f6",), "editor", "header, plan", "header, the plan in view, text", priority=True),
    Act("find_text", ("ctrl+f",), "editor", "find", "find in this text", priority=True),
    Act("snippet", ("ctrl+t",), "editor", "snippet", "expand the word before the cursor; no word: a list",
        priority=True),
    Act("sign", ("f8",), "editor", "sign", "look at it once more, then sign", priority=True),
    Act("preview", ("f7",), "editor", "preview", "how the text is meant; nothing is changed", priority=True),
    Act("plan", ("f4",), "editor", "plan", "the last plan: show or fold; opening it is recorded", priority=True),
    Act("service", ("ctrl+n",), "editor", "", "take the service code that the minutes suggest", priority=True),
    Act("next_hit", ("f3", "ctrl+g"), "editor", "", "the next place where it was found", priority=True),
    Act("hit(1)", ("down",), "editor", "", "while finding: the next place; in the header: the next field"),
    Act("hit(-1)", ("up",), "editor", "", "while finding: the place before; in the header: the field before"),
    Act("save", ("ctrl+s",), "editor", "save now", "save now; text saves itself anyway", priority=True),
    Act("out", ("escape", "q", "f7"), "preview", "write on", "back to the text"),
    Act("choose", ("enter",), "snippets", "put it in", "put its text where the cursor stands"),
    Act("move(1)", ("down",), "snippets", "choose", "the row below", shown="↑↓"),
    Act("move(-1)", ("up",), "snippets", "", "the row above"),
    Act("out", ("escape",), "snippets", "back", "back; nothing is changed"),
    Act("submit", ("enter",), "signature", "sign", "sign, with the passphrase"),
    Act("out", ("escape",), "signature", "back", "back; nothing is signed"),
    Act("submit", ("enter",), "moving", "next field", "the next field; on the last one, move it"),
    Act("finish", ("ctrl+s",), "moving", "move it", "move the note, as it says here", priority=True),
    Act("out", ("escape",), "moving", "back", "back; nothing is moved"),
    Act("out", ("escape", "q"), "reader", "chart", "back to the chart"),
    Act("edit", ("e",), "reader", "write on", "write on, while it is a draft"),
    Act("add", ("a",), "reader", "add to it", "add to it: a late entry, an addendum, a correction"),
    Act("sign", ("s",), "reader", "sign", "look at a draft, then sign it; a supervisor co-signs"),
    Act("move_note", ("m",), "reader", "", "a note for the wrong client: move it to the right chart"),
    Act("revisions", ("r",), "reader", "revisions", "the note's revisions, and what differs"),
    Act("write_out", ("x",), "reader", "", "export this note, for somebody; recorded"),
    Act("shred", ("X",), "reader", "", "give up this note's text, for good; asks first"),
    Act("older", ("J",), "reader", "older", "open the note before this one; recorded"),
    Act("newer", ("K",), "reader", "newer", "open the note after this one; recorded"),
    Act("sign_now", ("s",), "sign", "sign", "sign what stands here, for ever"),
    Act("service", ("equals_sign",), "sign", "service", "take the service code that the minutes suggest"),
    Act("ask", ("c",), "sign", "co-signature", "ask the supervisor to co-sign, or not"),
    Act("out", ("escape", "q"), "sign", "go back", "back; nothing is signed"),
    Act("sign_now", ("s",), "cosign", "co-sign", "co-sign what stands here, for ever"),
    Act("out", ("escape", "q"), "cosign", "go back", "back; nothing is signed"),
    Act("submit", ("enter",), "adding", "write it", "the next field; on the last one, write it"),
    Act("kind(-1)", ("up",), "adding", "", "the kind before"),
    Act("kind(1)", ("down",), "adding", "kind", "the next kind", shown="↑↓"),
    Act("out", ("escape",), "adding", "back", "back; nothing is written"),
    Act("choose", ("enter",), "history", "what changed", "what changed in this revision; opens it, recorded"),
    Act("text", ("t",), "history", "text", "the text as it was; opens it, recorded"),
    Act("mark", ("m",), "history", "mark", "mark it, to compare another one with it"),
    Act("out", ("escape", "q"), "history", "back", "back to the note"),
    Act("older", ("J",), "difference", "older", "the change before this one; recorded"),
    Act("newer", ("K",), "difference", "newer", "the change after this one; recorded"),
    Act("out", ("escape", "q"), "difference", "revisions", "back to the revisions"),
    Act("find_here", ("slash", "ctrl+f"), "reader", "find", "find in this note"),
    Act("next_hit", ("f3",), "reader", "", "the next row where it was found"),
    Act("submit", ("enter",), "find-here", "find", "find it"),
    Act("out", ("escape",), "find-here", "back", "back"),
    Act("choose", ("enter",), "find", "open", "open the note, or do what the row says; opening is recorded"),
    Act("move(1)", ("down",), "find", "choose", "the row below, also while you type", shown="↑↓"),
    Act("move(-1)", ("up",), "find", "", "the row above"),
    Act("leaf(1)", ("pagedown",), "find", "", "a page down"),
    Act("leaf(-1)", ("pageup",), "find", "", "a page up"),
    Act("words", ("slash",), "find", "", "from the list back to the words"),
    Act("out", ("escape",), "find", "back", "stop opening notes; else back"),
    Act("choose", ("enter",), "palette", "do it", "do it"),
    Act("move(1)", ("down",), "palette", "choose", "the row below", shown="↑↓"),
    Act("move(-1)", ("up",), "palette", "", "the row above"),
    Act("leaf(1)", ("pagedown",), "palette", "", "a page down"),
    Act("leaf(-1)", ("pageup",), "palette", "", "a page up"),
    Act("out", ("escape",), "palette", "back", "back"),
    Act("out", ("escape",), "jump", "back", "back"),
    Act("finish", ("ctrl+s",), "import", "go on", "look at the files; then import what is listed", priority=True),
    Act("stop", ("ctrl+c",), "import", "", "stop; what is written stays and is listed"),
    Act("out", ("escape",), "import", "back", "stop what goes on; else back"),
    Act("out", ("escape", "q"), "told", "back", "back to the chart"),
    Act("finish", ("ctrl+s",), "export", "write it", "write it in clear; recorded first", priority=True),
    Act("out", ("escape",), "export", "back", "back; nothing has left"),
    Act("choose", ("enter",), "audit", "record", "all about this record; a run of drafts unfolds"),
    Act("narrow", ("slash",), "audit", "filter", "show some records only: by time, member, act, client, note"),
    Act("all", ("w",), "audit", "all", "every record again: no filter"),
    Act("number", ("number_sign",), "audit", "go to", "go to a record by its number"),
    Act("failure", ("f",), "audit", "failure", "the next failed act, further back"),
    Act("finding", ("exclamation_mark",), "audit", "finding", "what is broken or damaged, and the ways on"),
    Act("alerts", ("A",), "audit", "alerts", "alerts: what stands, and what was answered"),
    Act("day", ("d",), "audit", "day", "the review of one day; signed off by a person"),
    Act("activity", ("h",), "audit", "", "when things were done: by hour and weekday, week by week"),
    Act("write_out", ("x",), "audit", "write out", "write what is shown to a file, for another program"),
    Act("checkpoint", ("p",), "audit", "", "a checkpoint: what stands here now, to be kept elsewhere"),
    Act("out", ("escape", "q"), "audit", "back", "back"),
    Act("choose", ("enter",), "damaged", "record", "all about this record"),
    Act("mend", ("m",), "damaged", "mend", "mend one wrong byte, in a copy; asks first"),
    Act("out", ("escape", "q"), "damaged", "back", "back to the list of records"),
    Act("newer", ("K",), "record", "newer", "the record after this one"),
    Act("older", ("J",), "record", "older", "the record before this one"),
    Act("same_note", ("t",), "record", "same note", "every record about the same note"),
    Act("same_client", ("c",), "record", "client", "every record about the same client"),
    Act("same_session", ("o",), "record", "session", "every record of the same session"),
    Act("out", ("escape", "q"), "record", "list", "back to the list"),
    Act("finish", ("ctrl+s",), "narrow", "show", "show what matches", priority=True),
    Act("submit", ("enter",), "narrow", "next field", "the next field; on the last one, show what matches"),
    Act("clear", ("f7",), "narrow", "empty all", "empty every field", priority=True),
    Act("out", ("escape",), "narrow", "back", "back; the list stays as it was"),
    Act("submit", ("enter",), "write-trail", "write it", "the next field; on the last one, write it"),
    Act("out", ("escape",), "write-trail", "back", "back; nothing is written"),
    Act("choose", ("enter",), "alerts", "its records", "the records it names"),
    Act("answer", ("w",), "alerts", "answer", "say what it was; recorded"),
    Act("out", ("escape", "q"), "alerts", "back", "back"),
    Act("submit", ("enter",), "answer", "answer", "answer it; recorded"),
    Act("out", ("escape",), "answer", "back", "back; nothing is recorded"),
    Act("older", ("J",), "day", "day before", "the day before"),
    Act("newer", ("K",), "day", "day after", "the day after"),
    Act("sign", ("s",), "day", "sign off", "say that you looked through this day; recorded"),
    Act("write_out", ("x",), "day", "write out", "write this review to a file"),
    Act("out", ("escape", "q"), "day", "back", "back"),
    Act("out", ("escape", "q"), "activity", "back", "back"),
    Act("new", ("n",), "checkpoint", "make one", "make a checkpoint, signed by you; recorded"),
    Act("write_out", ("x",), "checkpoint", "write it", "write it to a file, to be kept elsewhere"),
    Act("out", ("escape", "q"), "checkpoint", "back", "back"),
    Act("open_mended", ("o",), "broken", "open the copy", "open the copy that was mended"),
    Act("mend", ("m",), "broken", "mend", "mend one wrong byte, in a copy; asks first"),
    Act("mend_now", ("m",), "mend", "mend", "mend it, in a copy"),
    Act("out", ("escape",), "mend", "back", "back; nothing was changed"),
    Act("keep", ("k",), "broken", "keep", "keep this file as evidence: a copy, never written to",
        priority=True),
    Act("backups", ("b",), "broken", "backups", "look for the newest whole copy among those made here"),
    Act("open_copy", ("w",), "broken", "whole copy", "open the newest whole copy that was found"),
    Act("carry_on", ("c",), "broken", "carry on", "carry on in a new file, from the whole records"),
    Act("write_out", ("x",), "broken", "write out", "write this finding out, to send to someone"),
    Act("records", ("enter",), "broken", "the record", "the record where it is broken"),
    Act("out", ("escape", "q"), "broken", "list", "the list of records"),
    Act("choose", ("enter",), "settings", "change", "change it: the next value, or type one; a list is opened"),
    Act("turn(1)", ("right", "l"), "settings", "next value", "the next value", shown="←→"),
    Act("turn(-1)", ("left", "h"), "settings", "", "the value before"),
    Act("undo", ("u",), "settings", "undo", "undo the last change"),
    Act("out", ("escape", "q"), "settings", "back", "back"),
    Act("out", ("escape", "q"), "own-keys", "back", "back"),
    Act("submit", ("enter",), "setting", "done", "take this value"),
    Act("out", ("escape",), "setting", "back", "back; nothing is changed"),
    Act("choose", ("enter",), "vault", "open", "the page of this thing"),
    Act("out", ("escape",), "vault", "", "back to Today"),
    Act("out", ("q",), "vault", "", "asks: lock or leave"),
    Act("choose", ("enter",), "keys", "begin", "do the chosen thing; what is critical asks first"),
    Act("watch", ("W",), "keys", "watch it", "how far a rotation is"),
    Act("out", ("escape", "q"), "keys", "back", "back to the vault"),
    Act("hold", ("space",), "rotation", "pause, go on", "pause between two batches; go on", priority=True),
    Act("out", ("escape", "q"), "rotation", "back", "back; it goes on without this page"),
    Act("choose", ("enter",), "members", "", "to the sheet at the side, to scroll it"),
    Act("new", ("n",), "members", "admit", "admit a newcomer who made an invitation"),
    Act("role", ("R",), "members", "role", "give this member another role; asks first"),
    Act("remove", ("D",), "members", "remove", "remove this member; asks first"),
    Act("write_out", ("x",), "members", "write the sheet out", "write the access sheet to a file, as evidence"),
    Act("out", ("escape", "q"), "members", "back", "back to the vault"),
    Act("submit", ("enter",), "admit", "next field", "the next field"),
    Act("finish", ("ctrl+s",), "admit", "go on", "read the invitation; in the last step, admit", priority=True),
    Act("same", ("S",), "admit", "the same", "the newcomer said the same six words"),
    Act("differ", ("N",), "admit", "they differ", "the words differ: nobody is admitted; recorded"),
    Act("out", ("escape",), "admit", "back", "back a step; nobody is admitted before the last"),
    Act("submit", ("enter",), "passphrase", "next field", "the next field"),
    Act("finish", ("ctrl+s",), "passphrase", "change it", "change the passphrase", priority=True),
    Act("offer", ("f7",), "passphrase", "offer one", "draw a passphrase of six random words", priority=True),
    Act("out", ("escape",), "passphrase", "back", "back; the old one holds"),
    Act("new", ("n",), "copies", "make one", "make a copy; it is verified, then recorded"),
    Act("choose", ("enter",), "copies", "try it", "open this copy elsewhere and read a note in it; recorded"),
    Act("out", ("escape", "q"), "copies", "back", "stop what goes on; else back to the vault"),
    Act("choose", ("enter",), "policy", "change", "another value; nothing is in force before it is approved"),
    Act("finish", ("ctrl+s",), "policy", "approve", "put what was changed in force; asks first", priority=True),
    Act("undo", ("u",), "policy", "undo", "leave every value as it is"),
    Act("out", ("escape", "q"), "policy", "back", "back to the vault"),
    Act("submit", ("enter",), "approval", "next field", "the next field; Enter approves nothing"),
    Act("finish", ("ctrl+s",), "approval", "do it", "do what this page says", priority=True),
    Act("leaf(1)", ("pagedown",), "approval", "", "more of what will happen"),
    Act("leaf(-1)", ("pageup",), "approval", "", "back to its beginning"),
    Act("out", ("escape",), "approval", "leave it", "leave everything as it is"),
    Act("submit", ("enter",), "ask-line", "done", "take what was typed"),
    Act("out", ("escape",), "ask-line", "back", "back; nothing is changed"),
    Act("finish", ("ctrl+s",), "carry-on", "carry on", "make the new file; once it is made, open it", priority=True),
    Act("out", ("escape",), "carry-on", "back", "back; nothing has happened"),
    Act("mine", ("h",), "conflict", "here", "what was typed here becomes the next revision"),
    Act("theirs", ("t",), "conflict", "there", "what was saved there stays; yours becomes a revision before it"),
    Act("out", ("escape",), "conflict", "later", "decide later; your text is kept as a note of its own"),
    Act("choose", ("enter",), "new-note", "start", "start this note"),
    Act("form", ("f",), "new-note", "form", "another form"),
    Act("out", ("escape",), "new-note", "back", "back"),
    Act("submit", ("enter",), "client", "next field", "the next field"),
    Act("finish", ("ctrl+s",), "client", "done", "done, from any field", priority=True),
    Act("out", ("escape",), "client", "back", "back; nothing is changed"),
    Act("choose", ("enter",), "sheet", "note", "open the appointment's note, or write it"),
    Act("new", ("n",), "sheet", "plan", "plan an appointment"),
    Act("took_place", ("t",), "sheet", "kept", "the session took place"),
    Act("missed", ("m",), "sheet", "missed", "the client did not come"),
    Act("cancelled", ("c",), "sheet", "cancel", "it was called off; nothing is to be written"),
    Act("reschedule", ("e",), "sheet", "move", "move the appointment"),
    Act("names", ("v",), "sheet", "", "show the name and the people, or hide them; opening is recorded"),
    Act("status", ("o",), "sheet", "", "close it, reopen it, archive it"),
    Act("assign", ("w",), "sheet", "", "who works with this client"),
    Act("merge", ("M",), "sheet", "", "it was made twice: merge it into another one"),
    Act("remove", ("D",), "sheet", "", "it was made by mistake: remove it; asks first"),
    Act("out", ("escape", "q"), "sheet", "back", "back"),
    Act("submit", ("enter",), "when", "done", "done, if there is a day and a time"),
    Act("out", ("escape",), "when", "back", "back; nothing is changed"),
    Act("choose", ("enter",), "status", "do it", "do what the row says; recorded"),
    Act("out", ("escape",), "status", "back", "back; nothing is changed"),
    Act("choose", ("enter",), "who", "in or out", "assign this member, or not"),
    Act("finish", ("ctrl+s",), "who", "done", "done; recorded", priority=True),
    Act("out", ("escape",), "who", "back", "back; nothing is changed"),
    Act("finish", ("ctrl+s",), "merge", "merge", "merge them; recorded", priority=True),
    Act("out", ("escape",), "merge", "back", "back; nothing is changed"),
    Act("finish", ("ctrl+s",), "remove", "remove", "remove it; recorded", priority=True),
    Act("out", ("escape",), "remove", "back", "back; nothing is removed"),
    Act("discard_now", ("d",), "discard", "discard", "discard it; recorded"),
    Act("out", ("escape",), "discard", "back", "back; nothing is discarded"),
    Act("lock_now", ("l",), "leaving", "lock", "lock, and stay at the door"),
    Act("leave", ("q",), "leaving", "leave", "lock and leave"),
    Act("out", ("escape",), "leaving", "back", "back"),
    Act("move(1)", ("down",), "help", "scroll", "scroll", shown="↑↓"),
    Act("out", ("escape", "q", "question_mark"), "help", "back", "back", shown="Esc"),
    Act("choose", ("enter",), "recovery", "do it", "do what the row says"),
    Act("out", ("escape", "q"), "recovery", "back", "back"),
    Act("submit", ("enter",), "kit", "go on", "go on; in a field, check what was typed"),
    Act("write_out", ("x",), "kit", "page to print", "write the printed code to a file, to print it"),
    Act("swap", ("f7",), "kit", "swap dark and light", "draw the code the other way round", priority=True),
    Act("out", ("escape",), "kit", "step back", "a step back; nothing counts yet"),
    Act("submit", ("enter",), "drill", "check", "the next field; on the last one, hear match or no match"),
    Act("out", ("escape",), "drill", "back", "back"),
    Act("submit", ("enter",), "recover", "go on", "the next field; on the last one, try"),
    Act("stop", ("ctrl+c",), "recover", "", "stop looking for a wrong digit"),
    Act("out", ("escape",), "recover", "give up", "give up; recorded"),
    Act("submit", ("enter",), "ceremony", "go on", "go on; after the words, check them"),
    Act("out", ("escape",), "ceremony", "stop", "stop the ceremony; nothing counts"),
    Act("submit", ("enter",), "shares", "go on", "go on; after the words, take the share"),
    Act("out", ("escape",), "shares", "cancel", "cancel; recorded"),
    Act("choose", ("enter",), "accept", "accept", "accept them; recorded"),
    Act("out", ("escape",), "accept", "back", "back; nothing is changed"),
    Act("write_out", ("x",), "will", "write it", "write the instructions to a file, to print them"),
    Act("out", ("escape", "q"), "will", "back", "back"),
    Act("submit", ("enter",), "write-to", "write it", "write it"),
    Act("out", ("escape",), "write-to", "back", "back; nothing is written"),
    Act("submit", ("enter",), "go-to", "go", "go to this record"),
    Act("out", ("escape",), "go-to", "back", "back"),
    Act("submit", ("enter",), "reason", "open", "open the note; your reason is recorded"),
    Act("out", ("escape",), "reason", "back", "back; nothing is opened"),
)  # fmt: skip

ACTS = (*_PAGES, *_BOXES, *_PLACES, *_LISTS, *_ANYWHERE)

_own: dict[str, tuple[str, ...]] = {}
"""Keys that the person has given to acts instead of the table's, by the id of the act."""


def use(own: Mapping[str, tuple[str, ...]]) -> None:
    """Take a person's own keys for what rows, help and palette say; no keys for an act leave it out."""
    _own.clear()
    _own.update(own)


def acts(where: str) -> list[Act]:
    """Return what can be done on a page, in the order of use, with the keys that do it."""
    found = []
    for act in ACTS:
        if act.where == where:
            keys = _own.get(act.id)
            if keys is None:
                found.append(act)
            elif keys:
                found.append(replace(act, keys=keys, shown=""))
    return found


def key_of(name: str, where: str = EVERYWHERE) -> str:
    """Return the first key of an act as it is written for people, for a sentence; empty if it has none."""
    return next((key_word(act.keys[0]) for act in acts(where) if act.name == name), "")


def bindings(where: str) -> list[BindingType]:
    """Return Textual's bindings for a page, with the table's keys; the person's own are laid over them by their ids."""
    return [
        Binding(",".join(act.keys), act.name, act.sentence, show=False, priority=act.priority, id=act.id)
        for act in ACTS
        if act.where == where
    ]


def footer(where: str, hidden: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Return (key, word) for the row at the bottom, without the acts that HIDDEN names; help always stands there."""
    shown = [act for act in acts(where) if act.label and act.name not in hidden]
    pairs = [(act.shown or key_word(act.keys[0]), act.label) for act in shown]
    return [*pairs, (key_of("help") or "F1", "keys")] if where != "help" else pairs
