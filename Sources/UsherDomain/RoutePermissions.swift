extension Permission {
    /// What each call of the API takes that acts in an organization; the routes are those of the document. A call that
    /// is not here is nobody's: forgetting it shuts the door. A test compares the table with the document.
    package static let ofRoute: [String: Permission] = [
        "GET /api/organization/{organization_id}": .organizationRead,
        "PUT /api/organization": .organizationUpdate,
        "GET /api/organization/{organization_id}/export": .organizationExport,
        "DELETE /api/organization/{organization_id}": .organizationDelete,
        "GET /api/organization/{organization_id}/settings": .settingsRead,
        "PATCH /api/organization/{organization_id}/settings": .settingsUpdate,
        "GET /api/organization/{organization_id}/seat": .seatRead,
        "GET /api/organization/{organization_id}/seat/movement": .seatRead,

        "GET /api/organization/{organization_id}/transfer": .ownershipRead,
        "POST /api/organization/{organization_id}/transfer/accept": .ownershipAnswer,
        "POST /api/organization/{organization_id}/transfer/decline": .ownershipAnswer,
        "POST /api/organization/{organization_id}/transfer": .ownershipTransfer,
        "DELETE /api/organization/{organization_id}/transfer": .ownershipTransfer,

        "GET /api/organization/users/{organization_id}": .memberRead,
        "PUT /api/user": .memberUpdate,
        "DELETE /api/organization/{organization_id}/user/{user_id}": .memberRemove,

        "GET /api/organization/{organization_id}/role": .roleRead,
        "GET /api/organization/{organization_id}/role/{role_id}": .roleRead,
        "POST /api/organization/{organization_id}/role": .roleCreate,
        "PUT /api/organization/{organization_id}/role/{role_id}": .roleUpdate,
        "DELETE /api/organization/{organization_id}/role/{role_id}": .roleDelete,

        "GET /api/invitations/{organization_id}": .invitationRead,
        "GET /api/invitation/{invitation_id}": .invitationRead,
        "POST /api/invitation": .invitationCreate,
        "PATCH /api/invitation/{invitation_id}": .invitationUpdate,
        "POST /api/invitation/{invitation_id}/resend": .invitationResend,
        "POST /api/invitation/{invitation_id}/approve": .invitationApprove,
        "DELETE /api/invitation/{invitation_id}": .invitationRevoke,
        "POST /api/invitation/revoke": .invitationRevoke,

        "GET /api/invitation/request": .requestRead,
        "POST /api/invitation/request/{request_id}/approve": .requestApprove,
        "POST /api/invitation/request/{request_id}/refuse": .requestRefuse,

        "GET /api/invitation/plan/{plan_id}": .planRead,
        "GET /api/invitation/plan/{plan_id}/row": .planRead,
        "GET /api/invitation/plan/{plan_id}/failed": .planRead,
        "GET /api/invitation/plan/{plan_id}/event": .planRead,
        "POST /api/invitation/plan": .planCreate,
        "POST /api/invitation/plan/{plan_id}/apply": .planApply,
        "DELETE /api/invitation/plan/{plan_id}": .planCancel,

        "GET /api/organization/{organization_id}/link": .joinLinkRead,
        "GET /api/organization/{organization_id}/link/{link_id}": .joinLinkRead,
        "GET /api/organization/{organization_id}/link/{link_id}/use": .joinLinkRead,
        "POST /api/organization/{organization_id}/link": .joinLinkCreate,
        "DELETE /api/organization/{organization_id}/link/{link_id}": .joinLinkRevoke,

        "GET /api/organization/{organization_id}/domain": .domainRead,
        "GET /api/organization/{organization_id}/domain/{domain_id}": .domainRead,
        "POST /api/organization/{organization_id}/domain": .domainCreate,
        "PUT /api/organization/{organization_id}/domain/{domain_id}": .domainUpdate,
        "POST /api/organization/{organization_id}/domain/{domain_id}/verify": .domainVerify,
        "DELETE /api/organization/{organization_id}/domain/{domain_id}": .domainRemove,

        "GET /api/organization/{organization_id}/join_request": .joinRequestRead,
        "POST /api/organization/{organization_id}/join_request/{request_id}/approve": .joinRequestApprove,
        "POST /api/organization/{organization_id}/join_request/{request_id}/refuse": .joinRequestRefuse,

        "GET /api/organization/api_key": .keyRead,
        "POST /api/organization/api_key": .keyCreate,
        "DELETE /api/organization/api_key/{api_key_id}": .keyRevoke,

        "GET /api/suppression": .suppressionRead,
        "POST /api/suppression/check": .suppressionRead,
        "POST /api/suppression": .suppressionCreate,
        "POST /api/suppression/remove": .suppressionRemove,

        "GET /api/audit": .auditRead,
        "GET /api/audit/export": .auditExport,
    ]
}
