/** The head of each page: its title, what can be done on it, and the title of the window. */

import { Group, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

interface Props {
  title: ReactNode;
  /** The same in plain text, for the window. */
  name: string;
  children?: ReactNode;
}

export function Head({ title, name, children }: Props) {
  useEffect(() => {
    document.title = `${name} · Pasture`;
  }, [name]);
  return (
    <Group justify="space-between" mb="md" gap="sm">
      <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
        {title}
      </Title>
      <Group gap="xs">{children}</Group>
    </Group>
  );
}

/** Names and values, one under the other; what has no value is left out. */
export function Facts({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="facts">
      {rows
        .filter(
          ([, value]) => value !== null && value !== undefined && value !== false && value !== "",
        )
        .map(([name, value]) => (
          <FactRow key={name} name={name} value={value} />
        ))}
    </dl>
  );
}

function FactRow({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
