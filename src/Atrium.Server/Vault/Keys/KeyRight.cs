namespace Atrium.Server.Vault.Keys;

/// <summary>The rights on keys.</summary>
internal static class KeyRight
{
    public static readonly VaultRight Get = Of("read", "get");
    public static readonly VaultRight List = Of("read", "list");
    public static readonly VaultRight Create = Of("create/action", "create");
    public static readonly VaultRight Import = Of("import/action", "import");
    public static readonly VaultRight Update = Of("update/action", "update");
    public static readonly VaultRight Delete = Of("delete", "delete");
    public static readonly VaultRight Recover = Of("recover/action", "recover");
    public static readonly VaultRight Purge = Of("purge/action", "purge");
    public static readonly VaultRight Backup = Of("backup/action", "backup");
    public static readonly VaultRight Restore = Of("restore/action", "restore");
    public static readonly VaultRight Encrypt = Of("encrypt/action", "encrypt");
    public static readonly VaultRight Decrypt = Of("decrypt/action", "decrypt");
    public static readonly VaultRight Wrap = Of("wrap/action", "wrapKey");
    public static readonly VaultRight Unwrap = Of("unwrap/action", "unwrapKey");
    public static readonly VaultRight Sign = Of("sign/action", "sign");
    public static readonly VaultRight Verify = Of("verify/action", "verify");
    public static readonly VaultRight Rotate = Of("rotate/action", "rotate");
    public static readonly VaultRight GetPolicy = new(VaultKind.Keys, $"{VaultType.TypeName}/keyrotationpolicies/read", "getrotationpolicy");
    public static readonly VaultRight SetPolicy = new(VaultKind.Keys, $"{VaultType.TypeName}/keyrotationpolicies/write", "setrotationpolicy");

    private static VaultRight Of(string action, string word) => new(VaultKind.Keys, $"{VaultKind.Keys.Type}/{action}", word);
}
