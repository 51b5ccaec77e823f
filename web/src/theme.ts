/** How the page looks: colours with enough contrast in both schemes, and fonts with Chinese. */

import { createTheme, type MantineColorsTuple } from "@mantine/core";

const FONTS =
  'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", ' +
  '"Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif';
const GREEN: MantineColorsTuple = [
  "#eefbf1",
  "#d8f3de",
  "#b0e6bd",
  "#84d899",
  "#60cc7b",
  "#47b964",
  "#2f9e4f",
  "#20733a",
  "#1a5e2f",
  "#124522",
];

export const theme = createTheme({
  primaryColor: "green",
  primaryShade: { light: 7, dark: 7 },
  colors: { green: GREEN },
  fontFamily: FONTS,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  headings: { fontWeight: "650" },
  components: {
    // what stands in its place has no role that a menu may hold
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
});
