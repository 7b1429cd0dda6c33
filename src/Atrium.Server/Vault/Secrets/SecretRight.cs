namespace Atrium.Server.Vault.Secrets;

/// <summary>The rights on secrets.</summary>
internal static class SecretRight
{
    public static readonly VaultRight Get = Of("getSecret/action", "get");
    public static readonly VaultRight Set = Of("setSecret/action", "set");
    public static readonly VaultRight Update = Of("update/action", "set");
    public static readonly VaultRight List = Of("readMetadata/action", "list");

    /// <summary>One deleted secret: by a role like the list, by a policy like the secret.</summary>
    public static readonly VaultRight Look = Of("readMetadata/action", "get");
    public static readonly VaultRight Delete = Of("delete", "delete");
    public static readonly VaultRight Recover = Of("recover/action", "recover");
    public static readonly VaultRight Purge = Of("purge/action", "purge");
    public static readonly VaultRight Backup = Of("backup/action", "backup");
    public static readonly VaultRight Restore = Of("restore/action", "restore");

    private static VaultRight Of(string action, string word) => new(VaultKind.Secrets, $"{SecretNames.SecretType}/{action}", word);
}
