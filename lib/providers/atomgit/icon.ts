/** The host's mark, as one SVG path in a square of 24 (drawn for this page). */
export const icon = 'M12 1.5 1.8 22h4.6l2-4.3h7.2l2 4.3h4.6L12 1.5zm0 8.3 2 4.3h-4l2-4.3z';
