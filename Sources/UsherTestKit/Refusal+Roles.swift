package import UsherDomain

// What the next role above one's own allows, and one's own does not: of the three that there always are.
extension Refusal {
    package static func roleAboveOwn(own: Role) -> Refusal { .roleAboveOwn(missing: own.missing) }

    package static func targetAboveOwn(own: Role) -> Refusal { .targetAboveOwn(missing: own.missing) }
}

extension Role {
    fileprivate var missing: PermissionSet {
        (Role(rawValue: rawValue + 1) ?? .owner).permissions.subtracting(permissions)
    }
}
