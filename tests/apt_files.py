"""Small program files of our own in the shape of the observatory's format, archives of them, and what is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

from kb.records import Observation, Reading
from kb.sources import read_bytes

BASE = "http://www.stsci.edu/JWST/APT"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

TARGET = (
    '<EquatorialCoordinates Value="{}"><RAUncertainty><Value/><Units>Arcsec</Units></RAUncertainty>'
    "</EquatorialCoordinates>"
)


def target(
    number: int, name: str, position: str = "01 02 3.5000 -00 08 3.30", more: str = "", kind: str = "Fixed"
) -> str:
    """Return a target; ``kind`` is the stem of its type."""
    place = TARGET.format(position) if position else ""
    return (
        f'<Target xsi:type="{kind}TargetType"><Number>{number}</Number><TargetName>{name}</TargetName>'
        f"<TargetID>{name}</TargetID>{more}{place}</Target>"
    )


def template(name: str, inside: str = "", prefix: str = "q") -> str:
    """Return the element of a template in its own namespace; ``inside`` is written without prefixes."""
    tagged = inside.replace("</", "\0").replace("<", f"<{prefix}:").replace("\0", f"</{prefix}:")
    return f'<{prefix}:{name} xmlns:{prefix}="{BASE}/Template/{name}">{tagged}</{prefix}:{name}>'


MIRI = template(
    "MiriImaging",
    "<Subarray>FULL</Subarray><Filters>"
    "<FilterConfig><Exposures>1</Exposures><Filter>F770W</Filter><ReadoutPattern>FASTR1</ReadoutPattern>"
    "<Groups>160</Groups><Integrations>1</Integrations></FilterConfig>"
    "<FilterConfig><Exposures>1</Exposures><Filter>F770W</Filter><ReadoutPattern>FASTR1</ReadoutPattern>"
    "<Groups>160</Groups><Integrations>1</Integrations></FilterConfig></Filters>",
)


def observation(
    number: int,
    plan: str = MIRI,
    label: str = "",
    pointed: str = "1 HD-2811",
    instrument: str = "MIRI",
    more: str = "",
    visits: int = 1,
) -> str:
    """Return an observation."""
    named = f"<Label>{label}</Label>" if label else ""
    return (
        f'<Observation AutoTarget="false"><Number>{number}</Number><TargetID>{pointed}</TargetID>{named}'
        f"<Instrument>{instrument}</Instrument><Template>{plan}</Template>{more}"
        + "".join(f'<Visit Number="{visit}"/>' for visit in range(1, visits + 1))
        + "</Observation>"
    )


INFORMATION = """<ProposalPhase>Approved</ProposalPhase><Title>A test</Title><Abstract>Words about it.</Abstract>
<ProposalCategory>GO</ProposalCategory><ProposalSize>SMALL</ProposalSize>
<ProprietaryPeriod>C[12 Months]</ProprietaryPeriod><Cycle>2</Cycle><AllocatedTime>10.5</AllocatedTime>
<PrincipalInvestigator><InvestigatorAddress><FirstName>Ann</FirstName><LastName>Lee</LastName>
<Institution>An Observatory</Institution></InvestigatorAddress></PrincipalInvestigator>"""


def program(
    number: int | None = 5001,
    observations: Sequence[str] | None = None,
    targets: Sequence[str] | None = None,
    information: str = INFORMATION,
    statuses: str = "",
    links: str = "",
    more: str = "",
) -> str:
    """Return a program file; what is not given is as simple as it can be."""
    observations = [observation(1, label="imaging")] if observations is None else observations
    targets = [target(1, "HD-2811"), target(2, "HD-2811-BKG")] if targets is None else targets
    identity = f"<ProposalID>{number}</ProposalID>" if number is not None else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<JwstProposal schemaVersion="55" xmlns="{BASE}" xmlns:xsi="{XSI}">\n'
        f"<ProposalInformation>{information}{identity}</ProposalInformation>\n"
        f"<VisitStatuses>{statuses}</VisitStatuses>\n<Targets>{''.join(targets)}</Targets>\n<PureParallelSlots/>\n"
        f"<DataRequests><ObservationGroup><Label>Folder</Label>{chr(10).join(observations)}</ObservationGroup></DataRequests>\n"
        f"<LinkingRequirements>{links}</LinkingRequirements>\n{more}</JwstProposal>\n"
    )


def archive(members: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return made.getvalue()


def read(text: str | bytes, name: str = "5001.xml") -> Reading:
    """Read a program file, or an archive."""
    (reading,) = read_bytes(text.encode() if isinstance(text, str) else text, name)
    return reading


def codes(reading: Reading) -> list[str]:
    """Return the codes of what was noticed."""
    return [finding.code for finding in reading.findings]


def one(plan: str, instrument: str = "NIRCAM", **more: str) -> Observation:
    """Read a program of one observation with the template ``plan``, and return that."""
    reading = read(program(observations=[observation(1, plan, instrument=instrument, **more)]))  # type: ignore[arg-type]
    return reading.observations[0]


def names(observation: Observation) -> list[list[str]]:
    """Return the elements of each exposure, pairs as written."""
    return [[element.pair for element in exposure.elements] for exposure in observation.exposures]
