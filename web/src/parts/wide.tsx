/** A table that is wider than a phone: it scrolls by itself, by keys as well. */

import { Table } from "@mantine/core";
import type { ReactNode } from "react";

const BY_KEYS = { viewportProps: { tabIndex: 0 } }; // nothing in it need be focusable

export function Wide({ least, children }: { least: number; children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={least} scrollAreaProps={BY_KEYS}>
      {children}
    </Table.ScrollContainer>
  );
}
