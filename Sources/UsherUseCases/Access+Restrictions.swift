import UsherDomain

extension Access {
    /// The ceiling of what somebody shall be able to do, with what restricts them: whoever is restricted opens no call
    /// that is shut to them. What every member may do is not counted.
    ///
    /// - Parameter scopes: what the other is restricted to; nil: nothing restricts them.
    func grant(_ granted: PermissionSet, restrictedTo scopes: Scopes?) throws(Refusal) {
        try grant(granted)
        let beyond = shut(granted, restrictedTo: scopes)
        guard beyond.isEmpty else { throw .roleAboveOwn(missing: beyond) }
    }

    /// The ceiling of an offer of membership: whoever answers for one must be allowed to invite, too. The permissions are
    /// asked again when the offer is accepted.
    ///
    /// - Parameter scopes: what the membership is restricted to; nil: nothing.
    func offer(_ granted: PermissionSet, restrictedTo scopes: Scopes?) throws(Refusal) {
        try offer(granted)
        try grant(granted, restrictedTo: scopes)
    }

    /// What calls take that the other could make, and that this access's own lists shut.
    private func shut(_ granted: PermissionSet, restrictedTo scopes: Scopes?) -> PermissionSet {
        let counted = granted.subtracting(.user)
        guard !restrictions.isEmpty, !counted.isEmpty else { return PermissionSet() }
        let routes = Permission.ofRoute.filter { route, needed in
            counted.contains(needed) && scopes?.allow(route) != false
                && !restrictions.allSatisfy { $0.allow(route) }
        }
        return PermissionSet(routes.values)
    }
}
