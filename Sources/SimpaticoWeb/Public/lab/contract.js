/**
 * The shapes that the core hands to the page. This module holds types only; the page checks none
 * of them at run time, because core and page are built, served and versioned together.
 *
 * @typedef {object} View Everything that is drawn of a world at one step.
 * @property {number} world
 * @property {number} seed
 * @property {number} clients
 * @property {number} clock virtual milliseconds since the world began
 * @property {number} step events taken so far
 * @property {boolean} quiet nothing is left to happen
 * @property {string} digest equal digests mean equal worlds, byte for byte
 * @property {Upcoming | null} next null when quiet
 * @property {HandlerName[]} handlers
 * @property {Party[]} parties the server first, then the clients
 *
 * @typedef {object} Upcoming The event that the next step takes.
 * @property {number} at virtual milliseconds
 * @property {string} kind
 * @property {string} party
 * @property {string} text
 *
 * @typedef {object} HandlerName
 * @property {string} name
 * @property {number} colour index into the palette, 0 to 15
 *
 * @typedef {object} Party
 * @property {string} name
 * @property {'server' | 'client'} role
 * @property {Branch[]} branches the rows, in order
 * @property {TreeNode[]} nodes by node id
 *
 * @typedef {object} Branch
 * @property {number} branch
 * @property {number} leaf the branch's newest node
 * @property {number | null} parent the node that the branch springs from
 * @property {string} peer
 * @property {string} connection
 * @property {string} registration
 *
 * @typedef {object} TreeNode
 * @property {number} node
 * @property {number | null} parent
 * @property {number} branch
 * @property {number} column depth in the tree
 * @property {string} label
 * @property {string | null} handler null for a plain value
 * @property {number | null} colour
 * @property {number} at virtual milliseconds
 * @property {number} step the step that added it
 * @property {string[]} cascade handlers that ran inside this add, in order
 * @property {number} effects how many effects it asked for
 *
 * @typedef {object} NodeDetails
 * @property {string} party
 * @property {number} node
 * @property {number | null} parent
 * @property {number} branch
 * @property {number} at
 * @property {number} step
 * @property {string} label
 * @property {unknown} value
 * @property {unknown} residue
 * @property {Change[]} changes
 * @property {Record<string, unknown>[]} cascade
 * @property {Record<string, unknown>[]} effects
 *
 * @typedef {object} Change `before` is absent for a new field, `after` for one that is gone.
 * @property {string} path
 * @property {unknown} [before]
 * @property {unknown} [after]
 */

export {};
