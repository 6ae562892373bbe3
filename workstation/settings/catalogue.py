"""The catalogue: every setting of the program, in the order in which the page shows them."""

from workstation.settings.setting import Setting, SettingKind

SETTINGS: tuple[Setting, ...] = (
    Setting(
        key="service.address",
        section="Central service",
        title="Address of the service",
        text="Where cases come from and signed opinions go to. Plain http is accepted for this computer only.",
        kind=SettingKind.ADDRESS,
        default="",
    ),
    Setting(
        key="service.authority",
        section="Central service",
        title="Private certificate authority",
        text="A PEM file with the authority that vouches for the service, where it is not a public one. "
        "Certificates are always checked; this cannot be turned off.",
        kind=SettingKind.FILE,
        default="",
    ),
    Setting(
        key="service.refresh",
        section="Central service",
        title="Look for new cases every",
        text="While the service can be reached. The worklist can be refreshed at any time with F5.",
        kind=SettingKind.WHOLE,
        default=60,
        least=10,
        most=3600,
        unit="seconds",
    ),
    Setting(
        key="service.timeout",
        section="Central service",
        title="Give up on an answer after",
        text="How long a silent connection is waited for before the step is said to have failed. What came is kept.",
        kind=SettingKind.WHOLE,
        default=30,
        least=5,
        most=600,
        unit="seconds",
    ),
    Setting(
        key="reading.snap",
        section="Reading room",
        title="Marks snap to voxel centres",
        text="Both ends of a length and the centre of a circle go to the nearest voxel centre of the slice. "
        "Measurements become exactly repeatable; they cannot follow an edge between voxels.",
        kind=SettingKind.SWITCH,
        default=False,
    ),
    Setting(
        key="reading.layout",
        section="Reading room",
        title="Layout of a volume",
        text="How a CT, MR or PET volume opens. One key changes it while reading.",
        kind=SettingKind.CHOICE,
        default="mpr grid",
        choices=(("mpr grid", "Three planes in a grid"), ("mpr row", "Three planes in a row"), ("single", "One plane")),
    ),
    Setting(
        key="reading.opinion",
        section="Reading room",
        title="Opinion beside the images",
        text="Open the opinion panel with each case. Ctrl+O folds and unfolds it.",
        kind=SettingKind.SWITCH,
        default=True,
    ),
    Setting(
        key="look.theme",
        section="Look",
        title="Theme",
        text="The dark theme is made for reading; the light one for offices; high contrast for everyone who needs it.",
        kind=SettingKind.CHOICE,
        default="dark",
        choices=(("dark", "Dark reading room"), ("light", "Light office"), ("contrast", "High contrast")),
    ),
    Setting(
        key="look.scale",
        section="Look",
        title="Size of text and controls",
        text="On top of what the system's own display scale says.",
        kind=SettingKind.CHOICE,
        default="100",
        choices=(("90", "90 %"), ("100", "100 %"), ("115", "115 %"), ("130", "130 %"), ("150", "150 %")),
    ),
    Setting(
        key="lock.minutes",
        section="Safety",
        title="Lock after",
        text="Without mouse or keys for this long the window locks, and the keys leave the memory. "
        "Ctrl+L locks at once. Nothing that was written is lost.",
        kind=SettingKind.WHOLE,
        default=10,
        least=1,
        most=120,
        unit="minutes",
    ),
    Setting(
        key="images.keep",
        section="Safety",
        title="Keep images after delivery",
        text="For clarifications and amendments. Then the case's key is destroyed and its images cannot be read again; "
        "signed documents stay.",
        kind=SettingKind.WHOLE,
        default=14,
        least=0,
        most=90,
        unit="days",
    ),
    Setting(
        key="signing.credential",
        section="Signing",
        title="Credential",
        text="What signs: a PKCS#12 file (.p12, .pfx) or a token (smart card, USB key) reached through PKCS#11.",
        kind=SettingKind.CHOICE,
        default="file",
        choices=(("file", "PKCS#12 file"), ("token", "PKCS#11 token")),
    ),
    Setting(
        key="signing.file",
        section="Signing",
        title="PKCS#12 file",
        text="The file with your certificate and key. Its passphrase is asked at every signing and never kept.",
        kind=SettingKind.FILE,
        default="",
    ),
    Setting(
        key="signing.module",
        section="Signing",
        title="PKCS#11 module",
        text="The library of the token's maker (.so, .dll, .dylib). Only modules named here are loaded.",
        kind=SettingKind.FILE,
        default="",
    ),
    Setting(
        key="signing.slot",
        section="Signing",
        title="Token",
        text="The label of the token, as its maker's program shows it.",
        kind=SettingKind.TEXT,
        default="",
    ),
    Setting(
        key="signing.authority",
        section="Signing",
        title="Time-stamp authority",
        text="Its address (RFC 3161). It says when you signed, so that the signature stays valid for years. "
        "Time-stamps prove themselves, so plain http is accepted.",
        kind=SettingKind.LINK,
        default="",
    ),
    Setting(
        key="signing.roots",
        section="Signing",
        title="Trusted roots",
        text="A PEM file with the authorities that vouch for your certificate and for the time-stamps.",
        kind=SettingKind.FILE,
        default="",
    ),
)


def setting_named(key: str) -> Setting:
    """The setting with this key."""
    return next(setting for setting in SETTINGS if setting.key == key)
