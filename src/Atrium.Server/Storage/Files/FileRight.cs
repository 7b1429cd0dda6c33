namespace Atrium.Server.Storage.Files;

/// <summary>What a caller needs for an operation.</summary>
/// <param name="Action">As roles write it, behind <c>Microsoft.Storage/storageAccounts/fileServices/</c>.</param>
/// <param name="IsData">Whether that is a data action.</param>
/// <param name="Letters">Of a shared access signature: one of these suffices. None where no signature gives it.</param>
internal sealed record FileRight(string Action, bool IsData, string Letters)
{
    public const string Services = "Microsoft.Storage/storageAccounts/fileServices";

    public static readonly FileRight ReadService = new("read", IsData: false, "r") { IsOfAccount = true };
    public static readonly FileRight WriteService = new("write", IsData: false, "w") { IsOfAccount = true };
    public static readonly FileRight DelegationKey = new("generateUserDelegationKey/action", IsData: false, "");
    public static readonly FileRight ListShares = new("shares/read", IsData: false, "l") { IsOfAccount = true };
    public static readonly FileRight ReadShare = new("shares/read", IsData: false, "r") { IsOfAccount = true };
    public static readonly FileRight CreateShare = new("shares/write", IsData: false, "cw") { IsOfAccount = true };
    public static readonly FileRight WriteShare = new("shares/write", IsData: false, "w") { IsOfAccount = true };
    public static readonly FileRight DeleteShare = new("shares/delete", IsData: false, "d") { IsOfAccount = true };
    public static readonly FileRight Policies = new("shares/action", IsData: false, "");
    public static readonly FileRight List = new("fileshares/files/read", IsData: true, "l");
    public static readonly FileRight Read = new("fileshares/files/read", IsData: true, "r");
    public static readonly FileRight Create = new("fileshares/files/write", IsData: true, "cw");
    public static readonly FileRight Write = new("fileshares/files/write", IsData: true, "w");
    public static readonly FileRight Delete = new("fileshares/files/delete", IsData: true, "d");

    /// <summary>Of signatures only an account's gives it, not one of a share.</summary>
    public bool IsOfAccount { get; init; }

    /// <summary>With a token, data is reached past the permissions of its files, as backups do; that is a right of its own.</summary>
    public string BackupAction => Action.EndsWith("/read", StringComparison.Ordinal) ? $"{Services}/readFileBackupSemantics/action" : $"{Services}/writeFileBackupSemantics/action";

    public string FullAction => $"{Services}/{Action}";
}
