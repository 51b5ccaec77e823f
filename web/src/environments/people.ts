/** Which accounts are people's: the others are made by the server. */

import { ACCOUNT_RULES, type Account } from "../api/generated";

const KINDS: readonly string[] = ACCOUNT_RULES.kind.options;

export const isPerson = (account: Account): boolean => KINDS.includes(account.kind);
