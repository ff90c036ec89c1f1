"""Every text of the windows, the tray and the overlay, in English: the keys of all translations.

A translation is `config/locale/LANGUAGE/LC_MESSAGES/unhurried.po`; `make words` brings it up to
date. What is in braces is filled in and must be in the translation, too. Cues have four words at
most.
"""

from __future__ import annotations

from live.cues import families, policy
from live.kinds import KINDS

LANGUAGE = "en"
"""The code of the language itself: a translation has its own."""

# The states, as tooltip, tray and screen reader say them.
READY = "Ready. Nothing is listened to."
LISTENING = "Listening to both voices."
BY_SOUND = "Listening to both voices, by sound alone: there are no words."
LOST_COACH = "Your microphone gives nothing. What you say is not heard."
LOST_CLIENT = "The other voice gives nothing. What they say is not heard."
ECHO = "One voice is heard in the other's sound: use headphones. Interruptions are not judged."
PAUSED = "Paused. Nothing is listened to."
WORDLESS = "Listening by sound. Words come when the model is ready."
BEHIND = "Listening. The words are {seconds} seconds behind: this computer is slow."
ASLEEP = "Listening. Cues are asleep."
HUSHED = "Listening. No more cues in this session, unless you want them back."
OWN_SILENCE = "This silence is theirs."
ENDED = "Unhurried has ended"
FINISHING = "Finishing: the last words are being written down."

# Tray and menus
START = "Start"
STOP = "Stop"
PAUSE = "Pause listening"
GO_ON = "Go on listening"
MODE = "Mode"
FOCUS = "Shown"
HIDE = "Hide everything"
SHOW = "Show again"
SNOOZE = "Let cues sleep for {minutes} minutes"
WAKE = "Wake the cues"
CUES_BACK = "Show cues again"
ON_PURPOSE = "That was on purpose"
MARK = "Mark this moment"
MOVE = "Move the overlay"
MOVE_DONE = "It stays here"
MOVE_HINT = "Drag me. Enter when done"
REVIEW_LAST = "Look at the last session"
PANEL = "Open the start panel"
SETTINGS = "Settings"
QUIT = "Quit"
NO_TRAY = "This system has no tray, so everything is here. Closing this window hides it."
NO_HOTKEYS = "Keys that work in every window are not available here: {why}"
WAYLAND = "on Wayland, programs cannot ask for them"
NO_DISPLAY = "no display"
KEY_TAKEN = "{key} is used by another program"
OVERLAY_LOST = "The overlay ends again and again on this computer. The session goes on without it."
BEST_EFFORT = "On this system the overlay may be covered by other windows."

# Modes
PRACTICE = "Practice"
SESSION = "With a client"
OBSERVER = "Observe"
ABOUT_PRACTICE = "With a peer, or to rehearse. What costs trust is shown as it happens."
ABOUT_SESSION = (
    "With a real client. At most two things, rarely, and only while the client speaks; the rest "
    "waits for afterwards."
)
ABOUT_OBSERVER = "For a mentor with a screen of their own: everything that is noticed."

# The start panel
TITLE = "Unhurried"
SUBTITLE = "A second ear that never leaves the room."
WHO_PRACTICE = "With whom do you practise?"
WHO_SESSION = "Who is the session with?"
WHO_HINT = "A name that only you understand"
AGREED_BEFORE = "{name} agreed on {date} to: {terms}."
TERM_LIVE = "listening"
TERM_WORDS = "keeping what is said"
TERM_AUDIO = "keeping the voices"
TERM_MENTOR = "a mentor who sees it"
TERM_SPONSOR = "themes for whoever pays"
SOUND = "Sound"
SAMPLE = "The built-in sample session"
RECORDING = "A recording"
MICROPHONES = "Microphone and the other side of the call"
CHOOSE_FILE = "Choose a recording"
YOUR_VOICE = "Your microphone"
THEIR_VOICE = "The other voice"
CHECKING = "Say a sentence, and let the other side say one."
NO_DEVICES = "No microphone was found that can be listened to."
SHOWN = "Shown"
SHOWN_FOCUS = "Shown, at most two"
SHOWN_ALL = "Everything that is noticed."
NOTHING_SHOWN = "Nothing: all of it waits for afterwards."
WORDS = "Words"
WORDS_NONE = "None: interruptions and silences, by sound alone."
WORDS_SAMPLE = "A tiny model that knows the sample session and nothing else."
WORDS_MODEL = "{name}, on this computer."
WORDS_LOOKING = "Looking what there is."
GET_MODEL = "Get {name} ({size})"
GET_ABOUT = "This goes to the Internet, once. Nothing is sent."
IMPORT_MODEL = "Bring a folder"
IMPORT_TITLE = "The folder of a model"
CANCEL = "Cancel"
KEPT = "Kept"
KEEP_NONE = "Nothing"
KEEP_FLAGS = "Times and moments"
KEEP_WORDS = "Times, moments and what is said"
KEEP_AUDIO = "The voices, too"
CHANGE = "Change"
CLOSE = "Close"
BEGIN = "Start listening"
NOT_YET_NAME = "Say with whom it is."
NOT_YET_AGREED = "Nothing starts before {name} has agreed."
NOT_YET_BASIS = "Say what the agreement rests on."
NOT_YET_FILE = "Choose a recording."
OTHERS = "What would others see?"
OTHERS_HIDDEN = "On this system the overlay is left out of what you share."
OTHERS_UNSURE = (
    "This system may show the overlay when you share your screen: look before you trust."
)
OTHERS_VISIBLE = (
    "On this system whoever sees your shared screen sees the overlay, too. Share a window, not the "
    "screen, or hide everything first."
)
OTHERS_NONE = "This system lets no program look at the screen: try it in a meeting with yourself."
OTHERS_SHOT = "This is your screen as others would get it."

# Afterwards
MARKED = "marked by you"
AFTER_TITLE = "The session is over"
AFTER_NONE = "Nothing that costs trust was noticed."
AFTER_SHOWN = "Shown: {count}"
AFTER_HELD = "Held back for now: {count}"
AFTER_MARKS = "Marked by you: {count}"
AFTER_KEPT = "Kept as session {number}."
AFTER_NOT_KEPT = "Nothing of it was kept."
DONE = "Done"

# Observing
TRANSCRIPT = "What is said"
MOMENTS = "Moments"
TALLY = "Tallies by marker"
NOTES = "Notes"
NOTE_HINT = "A note, kept with the session"
COACH = "coach"
CLIENT = "client"

# Settings
SEARCH = "Search the settings"
BACK_TO_DEFAULT = "Back to the default"
UNDO = "Undo"
PROFILE = "Profile"
SAVED = "Saved. It holds from the next session on."
NOT_SAVED = "Not saved: {why}"
NOTHING_FOUND = "No setting has these words."
LIST_HINT = "separated by commas"

# Asked by the program
ASKED_KEY = "A passphrase is needed"


def everything() -> list[str]:
    """Every text that a translation has to have, once, in the order of this file and the tables."""
    here = [value for name, value in globals().items() if name.isupper() and type(value) is str]
    held = [each.value for each in policy.Why]
    chosen = [family.name for family in families.FAMILIES.values()]
    cues = [*families.DO.values(), families.PRAISE, *families.UM_TIMES]
    rows = [text for row in KINDS.values() for text in (row.cue, row.meaning)]
    return list(dict.fromkeys([*here, *held, *chosen, *cues, *rows]))
