/** What stands where nothing is: what it would be, and what to do next. */

import { Center, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Icon, type Sign } from "./icons";

interface Props {
  sign: Sign;
  title: string;
  hint?: string;
  children?: ReactNode;
}

export function Empty({ sign, title, hint, children }: Props) {
  return (
    <Center py={56} px="md">
      <Stack align="center" gap="xs" maw={460}>
        <Icon sign={sign} size={40} />
        <Title order={2} size="h4" ta="center">
          {title}
        </Title>
        {hint && (
          <Text c="dimmed" ta="center">
            {hint}
          </Text>
        )}
        {children}
      </Stack>
    </Center>
  );
}
