/**
 * The shapes that the core hands to the page, as docs/LAB.md tells them. This module holds types
 * only; the page checks none of them at run time, because core and page are built, served and
 * versioned together.
 *
 * @typedef {object} Moment What there is at one step of one universe.
 * @property {number} universe
 * @property {string} name
 * @property {number} step
 * @property {number} steps the newest step of the universe
 * @property {number} planned edits of an import that lie ahead
 * @property {boolean} editable false for recordings
 * @property {boolean} [chat] people can be made to do something
 * @property {number} clock virtual milliseconds
 * @property {boolean} quiet nothing is left to happen
 * @property {string} [digest] equal digests mean equal moments, byte for byte
 * @property {{kind: string, text: string, party: string | null, at?: number}} action
 * @property {{word: string, reason: string, parties: {party: string, word: string,
 *   reason: string}[]}} end
 * @property {number | null} parent the universe that this one was forked from
 * @property {number} fork the step at which it was
 * @property {{party: string, role: string, nodes: number, branches: number}[]} counts
 * @property {Pending[]} pending
 * @property {number} pendingCount
 * @property {Socket[]} sockets
 * @property {{step: number, party: string, text: string}[]} remarks
 * @property {boolean} [agrees] whether an imported moment has the digest that it said
 *
 * @typedef {object} Pending An event that is going to happen.
 * @property {string} event
 * @property {number} at virtual milliseconds
 * @property {string} kind
 * @property {string} party
 * @property {string} text
 * @property {boolean} held
 * @property {string} [socket]
 * @property {string} [to]
 * @property {string[]} can edits that any network may make
 * @property {string[]} hostile edits that it takes somebody in the middle for
 *
 * @typedef {object} Socket
 * @property {string} socket
 * @property {string} party
 * @property {boolean} alive
 * @property {string} phase
 * @property {string | null} serverPhase
 * @property {'' | 'client' | 'server' | 'both'} stalled
 *
 * @typedef {object} TreeNode
 * @property {number} node
 * @property {number | null} parent
 * @property {number} branch
 * @property {number} column
 * @property {number} x
 * @property {number} y
 * @property {number} radius
 * @property {string | null} link SVG path data from the parent
 * @property {string} label
 * @property {string | null} handler null for a plain value
 * @property {number | null} colour
 * @property {number} at virtual milliseconds
 * @property {number} step the step that added it
 * @property {string[]} cascade handlers that ran inside this add, in order
 * @property {number} effects how many effects it asked for
 * @property {boolean} isPlain
 *
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {number} rows
 * @property {number} columns
 * @property {number} narrowColumns
 * @property {boolean} lowRow
 * @property {number} margin
 * @property {number} wideColumn
 * @property {number} narrowColumn
 * @property {number} messageRow
 * @property {number} plainRow
 * @property {number} messageCentre
 * @property {number} cascadeDrop
 *
 * @typedef {object} Branch
 * @property {number} branch
 * @property {number} row
 * @property {number} y
 * @property {number} leaf
 * @property {string} peer
 * @property {string} connection
 * @property {string} registration
 * @property {string} kind what the branch is for, where it says so
 * @property {Record<string, string>} phases all fields that tell a phase
 *
 * @typedef {object} Message
 * @property {string} message
 * @property {string} kind
 * @property {string} handler
 * @property {string} text
 * @property {number | null} colour
 * @property {{party: string | null, node: number | null}} from
 * @property {{party: string, node: number | null}} to
 * @property {number} sentAt
 * @property {number} sentStep
 * @property {number} arrivesAt
 * @property {number | null} arrivedStep
 * @property {'pending' | 'held' | 'arrived' | 'ignored' | 'lost'} fate
 * @property {string[]} touched
 *
 * @typedef {object} Part One level of a value.
 * @property {string} kind
 * @property {string | number} [key]
 * @property {number} [count]
 * @property {unknown} [value]
 * @property {boolean} [isCut]
 * @property {Part[]} [entries]
 * @property {number} [more]
 *
 * @typedef {object} Place A node of a universe.
 * @property {number} universe
 * @property {string} party
 * @property {number} node
 *
 * @typedef {object} MapEntry
 * @property {number} universe
 * @property {number | null} parent
 * @property {number} step where it forked
 * @property {string} name
 * @property {string} text
 * @property {number} steps
 * @property {number} clock
 * @property {string} end
 * @property {string} kind
 * @property {number} children
 */

export {};
