/** What tells rows apart while they are filled in. */

let made = Date.now(); // rows of a kept draft have keys of an earlier page

export function newKey(): number {
  made += 1;
  return made;
}
