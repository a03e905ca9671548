"""All the attacks there are, by the file they stand in."""

from collections.abc import Mapping

from tests.attacks import (
    algorithms,
    audience,
    duplication,
    encryption,
    identifiers,
    injection,
    keys,
    material,
    namespaces,
    parsing,
    partners,
    references,
    stripping,
    text,
    times,
    transforms,
    wrapping,
)
from tests.attacks.attack import Attack

GROUPS: Mapping[str, tuple[Attack, ...]] = {
    "wrapping": wrapping.ATTACKS,
    "material": material.ATTACKS,
    "stripping": stripping.ATTACKS,
    "duplication": duplication.ATTACKS,
    "text": text.ATTACKS,
    "keys": keys.ATTACKS,
    "algorithms": algorithms.ATTACKS,
    "transforms": transforms.ATTACKS,
    "references": references.ATTACKS,
    "namespaces": namespaces.ATTACKS,
    "identifiers": identifiers.ATTACKS,
    "encryption": encryption.ATTACKS,
    "injection": injection.ATTACKS,
    "parsing": parsing.ATTACKS,
    "times": times.ATTACKS,
    "audience": audience.ATTACKS,
    "partners": partners.ATTACKS,
}
ALL: tuple[tuple[str, Attack], ...] = tuple(
    (group, attack) for group, attacks in GROUPS.items() for attack in attacks
)
