using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Connections;

/// <summary>The body of a connection (Microsoft.MachineLearningServices, WorkspaceConnectionPropertiesV2): what its credentials are depends on <c>authType</c>.</summary>
internal static class ConnectionShape
{
    /// <summary>Under which the credentials are kept, encrypted.</summary>
    public const string CredentialsSecret = "properties.credentials";

    private static readonly ObjectShape Common = Shape.Object(
        new Property("category", Shape.Text(64)),
        new Property("target", Shape.Text(2048)),
        new Property("metadata", Shape.Map(Shape.Text(4096), max: 100)),
        new Property("isSharedToAll", Shape.Flag()),
        new Property("sharedUserList", Shape.List(Shape.Text(256))),
        new Property("expiryTime", Shape.Time()),
        new Property("peRequirement", Shape.OneOf("Required", "NotRequired", "NotApplicable")),
        new Property("useWorkspaceManagedIdentity", Shape.Flag()),
        new Property("valueFormat", Shape.OneOf("JSON")),
        new Property("value", Shape.Text(16_384)).Secret(),
        new Property("credentials", Shape.Map(Shape.Any())).Secret(),
        new Property("peStatus", Shape.Any()).ReadOnly(),
        new Property("error", Shape.Any()).ReadOnly(),
        new Property("group", Shape.Any()).ReadOnly(),
        new Property("createdByWorkspaceArmId", Shape.Any()).ReadOnly());

    private static readonly ObjectShape Nothing = Shape.Object();

    public static readonly ObjectShape Body = new(
    [
        .. Envelope.ServiceFields,
        new Property("properties", Shape.Variant(
            "authType",
            Common,
            ("None", Nothing),
            ("AAD", Nothing),
            ("PAT", With("pat")),
            ("SAS", With("sas")),
            ("AccountKey", With("key")),
            ("ApiKey", With("key")),
            ("AccessKey", With("accessKeyId", "secretAccessKey")),
            ("ManagedIdentity", With("clientId", "resourceId")),
            ("UsernamePassword", With("username", "password", "securityToken")),
            ("ServicePrincipal", With("clientId", "clientSecret", "tenantId")),
            ("OAuth2", With("authUrl", "clientId", "clientSecret", "developerToken", "password", "refreshToken", "tenantId", "username")),
            ("CustomKeys", Shape.Object(new Property("credentials", Shape.Object(new Property("keys", Shape.Map(Shape.Text(16_384), max: 100)))).Secret()))))
        .Required(),
    ]);

    private static ObjectShape With(params string[] texts) => Shape.Object(
        new Property("credentials", Shape.Object([.. texts.Select(text => new Property(text, Shape.Text(16_384)))])).Secret());
}
