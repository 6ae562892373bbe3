"""Sign-in at the embedded service: OAuth 2 with PKCE, refresh-token rotation and the device code flow."""
