namespace Atrium.Server.Vault.Secrets;

/// <summary>Types of the stored rows of secrets.</summary>
internal static class SecretNames
{
    /// <summary>One a secret, with its current version.</summary>
    public const string SecretType = $"{VaultType.TypeName}/secrets";

    /// <summary>One a version; its value lies beside it, encrypted.</summary>
    public const string VersionType = $"{SecretType}/versions";

    public static readonly string SecretRow = VaultKind.Secrets.Row;
    public static readonly string VersionRow = VaultKind.Secrets.VersionRow;
}
