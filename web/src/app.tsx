/** The page's parts, and which address shows which. */

import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ComponentType, useEffect } from "react";
import { createBrowserRouter, RouterProvider } from "react-router";
import { ApiError, onSessionEnd } from "./api/http";
import { SESSION } from "./api/session";
import { Login } from "./login/login";
import { Environment } from "./shell/environment";
import { FirstEnvironment, NoSuchPage, Outside, Waiting } from "./shell/outside";
import { tellNewVersion } from "./shell/version";
import { theme } from "./theme";

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY, // the feed keeps them current
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => !(error instanceof ApiError) && count < 1, // the feed tells when to
    },
  },
});
const scheme = localStorageColorSchemeManager();

type Loaded = Record<string, ComponentType>;
const page = (load: () => Promise<Loaded>, name: string) => ({
  lazy: async () => ({ Component: (await load())[name] }),
});

const hosts = () => import("./hosts/pages");
const containers = () => import("./containers/pages");
const about = () => import("./about/page");
const accounts = () => import("./accounts/page");
const audit = () => import("./audit/page");
const environments = () => import("./environments/pages");
const settings = () => import("./settings/page");
const account = () => import("./account/page");
const home = () => import("./home/page");
const logs = () => import("./logs/window");
const services = () => import("./services/pages");
const stacks = () => import("./stacks/pages");
const form = () => import("./form/pages");

const router = createBrowserRouter([
  { path: "/login", Component: Login },
  {
    Component: Outside,
    HydrateFallback: Waiting,
    children: [
      { path: "/", Component: FirstEnvironment },
      {
        path: "/env/:project",
        Component: Environment,
        children: [
          { path: "home", ...page(home, "Home") },
          { path: "hosts", ...page(hosts, "Hosts") },
          { path: "hosts/:id", ...page(hosts, "HostDetail") },
          { path: "containers", ...page(containers, "Containers") },
          { path: "containers/new", ...page(form, "NewContainer") },
          { path: "containers/:id", ...page(containers, "ContainerDetail") },
          { path: "services", ...page(services, "Services") },
          { path: "services/new", ...page(form, "NewService") },
          { path: "services/:id", ...page(services, "ServiceDetail") },
          { path: "stacks", ...page(stacks, "Stacks") },
          { path: "stacks/:id", ...page(stacks, "StackDetail") },
          { path: "accounts", ...page(accounts, "Accounts") },
          { path: "audit", ...page(audit, "Audit") },
          { path: "environments", ...page(environments, "Environments") },
          { path: "environments/:id", ...page(environments, "EnvironmentDetail") },
          { path: "account", ...page(account, "Account") },
          { path: "settings", ...page(settings, "Settings") },
          { path: "about", ...page(about, "About") },
          { path: "*", Component: NoSuchPage },
        ],
      },
      { path: "/env/:project/log/:kind/:id", ...page(logs, "LogWindow") },
      { path: "*", Component: NoSuchPage },
    ],
  },
]);

export function App() {
  useEffect(() => onSessionEnd(() => void client.invalidateQueries({ queryKey: SESSION })), []);
  useEffect(() => {
    window.addEventListener("vite:preloadError", tellNewVersion);
    return () => window.removeEventListener("vite:preloadError", tellNewVersion);
  }, []);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={scheme}>
      <QueryClientProvider client={client}>
        <Notifications position="bottom-right" limit={5} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
