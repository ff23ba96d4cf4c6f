/** Every sentence that a person reads, in English. A translation is another file of this form. */

/** @param {number} count @param {string} one @param {string} many */
const counted = (count, one, many) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

/**
 * What others wrote, so that its direction ends with it (Unicode UAX 9).
 * @param {string} text
 */
const isolated = (text) => `\u2068${text}\u2069`;

export const strings = {
  title: "Simpatico",
  titleUnread: (/** @type {number} */ count) => `(${count}) Simpatico`,

  invite: "Invite someone",
  settings: "Settings",
  back: "Back",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  copy: "Copy link",
  copied: "Copied",
  copyFailed: "Select the link and copy it",
  share: "Share …",
  people: "Conversations",
  invitations: "Invitations",
  blockedPeople: "Blocked",
  unnamed: (/** @type {string} */ sig) => `Someone (${sig.slice(0, 4)})`,
  unread: (/** @type {number} */ count) => counted(count, "unread message", "unread messages"),
  nothingYet: "Nobody here yet.",
  you: "You",

  welcomeTitle: "A private word",
  welcomeText: "Invite one person by a link and talk. No account, no phone number: what you "
    + "write is sealed on this device and opened only on theirs.",
  welcomeLink: "Did you get a link? Open it, or paste it here.",
  pasteLabel: "Invitation link",
  pasteOpen: "Open",
  restore: "Bring back a saved identity",
  limitsTitle: "What this is, and what it is not",
  limits: [
    ["The relay sees envelopes, not letters.", "It passes on what only the other device can "
      + "open. It does see which keys exchange envelopes, and when."],
    ["Both need to be here now and then.", "The relay keeps nothing. What you write waits on "
      + "your device until you are both online at once."],
    ["Compare numbers to be sure.",
      "A link proves that someone had the link. Two people who compare the number under a "
        + "contact's details know that nobody is in between."],
    ["No forward secrecy yet.",
      "Whoever recorded your envelopes and later steals your key can read them. Envelopes are "
        + "encrypted, but not sealed against tampering as strongly as newer methods do."],
    ["This browser is the only place.", "Your key, contacts and messages live here. Clear the "
      + "browser's data and they are gone; in a private window they go when you close it."],
  ],

  chooseTitle: "Pick a conversation",
  chooseText: "Or invite somebody new.",

  // Invitations, the host's side.
  inviteTitle: "Invite one person",
  inviteText: "You get a link that works once, for the first person who opens it. Send it in "
    + "any way you trust.",
  yourName: "Your name, as they will see it",
  noteLabel: "A note for yourself",
  noteHint: "Only you see it.",
  notePlaceholder: "The woman from the conference",
  expiry: "The link works for",
  expiries: [["1 hour", 3_600_000], ["1 day", 86_400_000], ["1 week", 604_800_000],
    ["30 days", 2_592_000_000]],
  makeLink: "Make and copy the link",
  linkCopied: "The link is copied: paste it to the person you mean.",
  optional: "optional",
  linkTitle: "Send this link to one person",
  linkLabel: "Invitation link",
  linkText: "Whoever opens it first can talk to you. Keep this page open, or come back to it: "
    + "you meet when both of you are online.",
  linkQR: "QR code of the invitation link",
  showQR: "Or let them scan this",
  expiresAt: (/** @type {string} */ when) => `Works until ${when}`,
  revoke: "Take it back",
  revokeTitle: "Take this invitation back?",
  revokeText: "The link will no longer work.",
  invitationFor: "Invitation",
  hostPhases: {
    COMPUTING: "Being made …", INVITED: "Waiting for your guest", VERIFIED: "Accepted",
    EXPIRED: "Expired", REVOKED: "Taken back",
  },
  hostOver: {
    EXPIRED: "The time of this link is over. Make a new one whenever you like.",
    REVOKED: "You have taken this invitation back: its link does not work any more.",
  },
  inviteAgain: "Make a new link",
  dismiss: "Remove from the list",

  // Invitations, the guest's side.
  guestTitle: "You are invited to a private conversation",
  guestText: "Nothing has been sent yet. If you accept, this page tells the person who made the "
    + "link that you are here, and under which name.",
  guestKey: "The invitation is from the key",
  guestKeyHint: "You see their name once they answer.",
  accept: "Accept and talk",
  notNow: "Not now",
  ownLinkTitle: "This is your own invitation",
  ownLinkText: "It works for somebody else: send them the link.",
  knownTitle: "You know each other already",
  knownText: "The invitation is from somebody that you talk with.",
  openConversation: "Open the conversation",
  meetAgainText: "The invitation is new, and from somebody that you talk with. If they have "
    + "deleted or lost your conversation, meet again: until then, what you write does not reach "
    + "them. What was said stays here.",
  meetAgain: "Meet again",
  blockedLinkTitle: "You have blocked them",
  blockedLinkText: "Whoever made this invitation is blocked. Unblock them first, in their details; "
    + "then you can follow it.",
  badLinkTitle: "This link is not complete",
  badLinkText: "A part of it was lost on the way. Ask for it again, and copy or tap it whole.",
  guestPhases: {
    REQUEST_PUBLIC_KEY: "Looking for them …", PROVING: "Knocking …", VERIFIED: "Accepted",
    EXPIRED: "Expired", USED: "Used already", REVOKED: "Taken back", UNKNOWN: "Not known",
    CANCELLED: "Given up",
  },
  guestWaiting: {
    network: ["Waiting for a connection",
      "You are offline just now. This goes on by itself as soon as you are back."],
    host: ["Waiting for them", "They are not online just now. Leave this page open or come back "
      + "later: you meet as soon as you are both here."],
    answer: ["Waiting for their answer", "They have your knock. It takes a moment."],
  },
  guestOver: {
    EXPIRED: ["This invitation has expired", "Links work for a limited time. Ask for a new one."],
    USED: ["This invitation was used already", "Each link works for one person only. If that "
      + "was not you, tell whoever sent it: somebody else has read the link. Ask for a new one."],
    REVOKED: ["This invitation was taken back", "Whoever made it does not want it used any "
      + "more. Ask them for a new one."],
    UNKNOWN: ["This invitation is not known", "Whoever made it has forgotten it, or the link "
      + "was changed on the way. Ask for a new one."],
    CANCELLED: ["You gave up on this invitation", "Open the link again if you change your mind."],
  },
  giveUp: "Give up",
  askAgain: "Ask again now",
  gone: "This is not here any more.",
  allGone: "This browser keeps no conversation of yours. Where its data was cleared, your key and "
    + "what was said went with it; a file that you saved brings back the key and the contacts.",

  // Conversations.
  write: "Write a message",
  writeTo: (/** @type {string} */ name) => `Message to ${name}`,
  send: "Send",
  reach: {
    here: "Online", away: "Not here just now: what you write waits for them",
    unknown: "Waiting to hear from them", offline: "You are offline: what you write waits",
    blocked: "Blocked",
  },
  phases: {
    QUEUED: "Waiting until you are both online", SENDING: "Being sealed", SENT: "Sent",
    DELIVERED: "Delivered", READ: "Read", FAILED: "Not delivered",
  },
  retry: "Try again",
  reasons: (/** @type {string} */ reason) => (
    reason === "the contact is blocked" ? "Not sent: you had blocked them."
      : `Not sent: ${reason}.`),
  left: (/** @type {number} */ bytes) => `${bytes.toLocaleString()} left`,
  tooLong: (/** @type {number} */ bytes) => (
    `Too long by ${bytes.toLocaleString()} bytes for one message.`),
  tooLongSpoken: "Too long for one message",
  split: (/** @type {number} */ parts) => `Send as ${parts} messages`,
  more: "More about this message",
  copyText: "Copy",
  copyRefused: "The browser did not allow it. Select the text and copy it by hand.",
  notDrawn: "This cannot be shown here.",
  deleteMessage: "Delete for me",
  deleteMessageTitle: "Delete this message here?",
  deleteMessageText: "It is deleted from this device. What they have stays with them.",
  showThere: "Show it in the conversation",
  saidWith: (/** @type {string} */ name) => `Messages with ${name}`,
  earlier: "Show earlier messages",
  later: "Show later messages",
  newBelow: "New messages",
  toNewest: "To the newest messages",
  newHere: "New",
  firstWords: "Say hello.",
  firstHint: "Only the two of you can read this.",
  today: "Today",
  yesterday: "Yesterday",
  search: "Search in this conversation",
  searchOpen: "Search",
  found: (/** @type {number} */ count) => counted(count, "message found", "messages found"),
  details: "Details",
  said: (/** @type {string} */ who, /** @type {string} */ text) => `${who}: ${text}`,
  blockedHint: "You blocked them: nothing of theirs is opened, and nothing goes to them.",

  // A contact's details.
  theirName: "Name",
  theirNotes: "Notes",
  saved: "Saved",
  compareTitle: "Compare numbers",
  compareText: "Read this number to each other, in person or in a call. If both of you see the "
    + "same, nobody is in between.",
  compareYes: "They are the same",
  compareUndo: "Undo",
  compared: (/** @type {string} */ day) => `Compared on ${day}`,
  theirKey: "Their key",
  yourKey: "Your key",
  block: "Block",
  unblock: "Unblock",
  blockTitle: (/** @type {string} */ name) => `Block ${isolated(name)}?`,
  blockText: "Nothing of theirs is opened from now on, and what waits for them is not sent. "
    + "They are not told.",
  remove: "Delete the contact and conversation",
  removeTitle: (/** @type {string} */ name) => `Delete ${isolated(name)}?`,
  removeText: "The contact and everything that was said are deleted from this device. What they "
    + "have stays with them.",
  removeDo: "Delete",

  // Connection.
  session: {
    STOPPED: "Not connected", CONNECTING: "Connecting …", ONLINE: "Connected and verified",
    WAITING: "Offline", REPLACED: "In use elsewhere", loading: "Starting …", failed: "Stopped",
  },
  retryIn: (/** @type {number} */ seconds) => `Offline, trying again in ${seconds} s`,
  noNetwork: "No network",
  tryNow: "Try now",
  useHere: "Use it here",
  replacedText: "Another device or browser is using this identity.",
  otherTab: "Another tab holds the connection; this one shows it live.",

  // Notices.
  notLasting: "This browser keeps nothing for this page, as in a private window. You can talk, "
    + "but your identity and messages are gone when you close the tab.",
  clockAhead: (/** @type {string} */ by) =>
    `This device's clock is ${by} ahead of the relay's. Times of messages may look wrong, and `
      + "invitations may expire early.",
  clockBehind: (/** @type {string} */ by) =>
    `This device's clock is ${by} behind the relay's. Times of messages may look wrong, and `
      + "invitations may expire late.",
  minutes: (/** @type {number} */ count) => counted(count, "minute", "minutes"),
  hours: (/** @type {number} */ count) => counted(count, "hour", "hours"),
  insecure: "This page needs a secure address (https, or localhost): browsers give keys to no "
    + "other.",
  failures: {
    HostStopped: "Something could not be kept on this device, so nothing more is sent or "
      + "received. Make room if the device is full, then reload.",
    StorageError: "What this browser keeps for you could not be opened, and is as it was. Make "
      + "room if the device is full, and reload or restart the browser. If nothing helps, forget "
      + "everything in the settings and begin anew.",
    StorageLost: "What this browser kept for you is gone: its data was cleared, or the disk "
      + "failed. You still see what was said, but nothing more is sent or received. If your "
      + "key can be saved, do so in the settings. Then reload, and begin anew or bring it back.",
    CoreRefusal: "What is kept on this device could not be read. Reload to try again; if that "
      + "does not help, forget everything in the settings and begin anew.",
    CoreLoadError: "The page could not start. Check that the relay is running, then reload.",
  },
  newer: "There is a newer version of this page.",
  reload: "Reload",
  notLoadedTitle: "This part did not come",
  notLoaded: "The relay did not send it. Nothing is lost: reload when the relay is there.",
  failedAction: (/** @type {string} */ why) => `That did not work: ${why}`,
  /** What the core and other tabs say, and what a person can do about it. */
  refusals: {
    "too many invitations are being followed":
      "You are following very many invitations already. Give up on some of them first.",
    "you have blocked whoever made this invitation":
      "You have blocked whoever made this invitation. Unblock them first, in their details.",
    "the contact is blocked or removed": "You have blocked them, or deleted the contact.",
    "only a message that has failed can be tried again": "It is on its way already.",
    "the other tab does not answer":
      "Another tab of this page did not answer. This one takes over: try again in a moment.",
    "the other tab was closed":
      "Another tab held the connection and was closed. This one takes over: try again.",
  },

  // Settings.
  yourNameHint: "Told to people whom an invitation brings together with you.",
  notifications: "Notifications",
  notificationsText: "Be told of new messages while this page is in the background. The text is "
    + "not shown.",
  notificationsOn: "Turn on",
  notificationsOff: "Turn off",
  notificationsDenied: "This browser does not allow notifications for this page.",
  notificationText: (/** @type {string} */ name) => `A message from ${isolated(name)}`,
  backupTitle: "Your identity",
  backupText: "Save your key and contacts in a file, sealed by a passphrase. What was said is "
    + "not in it. Use it on one device at a time.",
  passphrase: "Passphrase",
  passphraseAgain: "The passphrase again",
  passphraseDiffers: "The two are not the same. Type them once more.",
  passphraseSame: "The one that you chose for the last file.",
  passphraseHint: "Twelve characters or more. Nobody can recover it.",
  backupSave: "Save a file",
  backupUntil: (/** @type {string} */ day) => `You can do so until ${day}. From then on the key `
    + "cannot leave this browser.",
  backupAgain: "It is saved. Save it again when you have new contacts.",
  backupAgainUntil: (/** @type {string} */ day) => "It is saved. Save it again when you have new "
    + `contacts. Until ${day} you may choose another passphrase; then only that of the last file `
    + "will do.",
  backupLocked: "Your key is locked into this browser: it cannot be saved. If you want one that "
    + "can, forget everything below and begin anew.",
  backupOther: "That is not the passphrase of the file that you saved last.",
  lockIn: "Lock the key in",
  lockInTitle: "Lock the key into this browser?",
  lockInText: "It can never be saved to a file again, by you or by anybody.",
  restoreTitle: "Bring back an identity",
  restoreText: "Replaces what is here by the identity and contacts of a file.",
  restoreFile: "File",
  restoreDo: "Bring it back",
  restoreFailed: "The passphrase is another one, or the file is damaged.",
  restoreConfirm: "Replace the identity that is here?",
  restoreConfirmText: "Its key, contacts and messages are deleted from this device.",
  keepTitle: "What this browser keeps",
  keepSafe: "The browser has promised to keep your key, contacts and messages until you delete "
    + "them.",
  keepUnsafe: "Your key, contacts and messages are in this browser. It may clear them when the "
    + "device runs out of room; in a private window they go when you close it.",
  keepAsk: "Ask it to keep them",
  keepRefused: "The browser did not promise it. Some do so only for pages that you install.",
  hoodTitle: "Under the hood",
  hoodText: "Everything that reached this tab is a node of a tree: every message, every state "
    + "of your connection. Look at the tree in the lab, live, while this tab stays open.",
  hoodHint: "The tree holds what was said, but no key and no secret. It does not leave this "
    + "browser unless you save it.",
  hoodShow: "Show the connection",
  hoodOpen: "Open the lab",
  hoodSave: "Save a recording",
  hoodState: "All of the state",
  facts: {
    relay: "Relay", yourKey: "Your key", since: "Verified since", roundTrip: "There and back",
    skew: "The relay's clock is ahead by", inputs: "Inputs to this tab's tree",
    refusals: "Of these refused",
  },
  milliseconds: (/** @type {number} */ count) => `${count.toLocaleString()} ms`,
  forgetTitle: "Forget everything",
  forgetText: "Deletes your key, contacts and messages from this browser.",
  forget: "Forget everything …",
  forgetConfirm: "Forget everything?",
  forgetConfirmText: "Your identity, contacts and messages are deleted from this browser and "
    + "cannot be brought back, but from a file that you saved.",
  forgetDo: "Forget",
  forgetFailed: "The browser did not delete it. Close its other tabs of this page and try again, "
    + "or clear this page's data in the browser's own settings.",
};
