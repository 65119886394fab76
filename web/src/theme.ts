import { Badge, Button, createTheme, type MantineColorsTuple } from '@mantine/core';

// Shades 6 to 9 keep 4.5:1 on white; primaryShade picks them, since Mantine's own
// defaults do not in every place.
const teal: MantineColorsTuple = ['#e3f7f4', '#c9ebe6', '#97d8d0', '#61c4b8', '#37b2a4', '#1f9e91', '#0c7a72', '#0b6b66', '#095a56', '#064744'];

export const theme = createTheme({
  primaryColor: 'sluice',
  primaryShade: { light: 7, dark: 7 },
  colors: { sluice: teal },
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'md',
  cursorType: 'pointer',
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    Badge: Badge.extend({ defaultProps: { radius: 'sm', tt: 'none' } }),
  },
});
