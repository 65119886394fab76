import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

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
  respectReducedMotion: true,
  headings: { fontWeight: '650' },
  // Plain objects, not Component.extend: that would load every component with the first page.
  components: {
    Alert: { defaultProps: { variant: 'outline' } },
    Badge: { defaultProps: { radius: 'sm', tt: 'none', variant: 'default' } },
    Button: { defaultProps: { size: 'sm' } },
    Card: { defaultProps: { withBorder: true } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    // Its element that takes the first focus is no menu item, which a menu may not have.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Tabs: { defaultProps: { keepMounted: false } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300 } },
  },
});

/** Mantine's quiet text is too pale for small sizes: these have 4.5:1 on page and card. */
export const colors: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#545c64',
    '--mantine-color-placeholder': '#6b737b',
    '--mantine-color-error': '#b42318',
    '--mantine-color-red-outline': '#b42318',
    '--page': '#f6f8f8',
    '--line': '#e2e7e8',
  },
  dark: {
    '--mantine-color-anchor': '#61c4b8',
    '--mantine-color-dimmed': '#b1b6bc',
    '--mantine-color-placeholder': '#9aa1a8',
    '--mantine-color-error': '#ff9c92',
    '--mantine-color-red-outline': '#ff9c92',
    '--mantine-color-body': '#1d2022',
    '--page': '#151718',
    '--line': '#32373a',
  },
});
