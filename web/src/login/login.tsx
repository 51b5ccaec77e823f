/** The first page: who comes in. */

import {
  Alert,
  Button,
  Center,
  Group,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { ApiError } from "../api/http";
import { logIn, readSession, SESSION } from "../api/session";
import { Trouble } from "../parts/trouble";
import { LanguageMenu, ThemeMenu } from "../shell/choices";
import { target } from "./target";

export function Login() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const entering = useMutation({
    mutationFn: async () => {
      await logIn(login, password);
      return readSession();
    },
    onSuccess: async (session) => {
      client.clear();
      client.setQueryData(SESSION, session);
      await navigate(target(query.get("to")), { replace: true });
    },
  });
  useEffect(() => {
    document.title = t("login.title");
  }, [t]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="xl" w={420} maw="100%">
        <Group justify="space-between" mb="md" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <img src="/favicon.svg" alt="" width={32} height={32} />
            <Title order={1} size="h3">
              {t("login.title")}
            </Title>
          </Group>
          <Group gap={2} wrap="nowrap">
            <LanguageMenu />
            <ThemeMenu />
          </Group>
        </Group>
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              label={t("login.login")}
              name="username"
              autoComplete="username"
              autoFocus
              required
              withAsterisk={false}
              value={login}
              onChange={(event) => setLogin(event.currentTarget.value)}
            />
            <PasswordInput
              label={t("login.password")}
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {entering.isError && <Failed error={entering.error} />}
            <Button type="submit" loading={entering.isPending} fullWidth>
              {t("login.button")}
            </Button>
          </Stack>
        </form>
        <Text size="sm" c="dimmed" mt="md">
          {t("login.first_hint")}
        </Text>
      </Paper>
    </Center>
  );
}

function Failed({ error }: { error: Error }) {
  const { t } = useTranslation();
  if (!(error instanceof ApiError) || error.status !== 401) return <Trouble error={error} />;
  return (
    <Alert color="red" variant="light" role="alert">
      {t("login.failed")}
    </Alert>
  );
}
