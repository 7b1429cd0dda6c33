namespace Atrium.Server.Vault.Keys;

/// <summary>What a key does.</summary>
/// <param name="Word">As in <c>key_ops</c>.</param>
/// <param name="Right">What the caller needs.</param>
/// <param name="IsTimeless">As published: what was encrypted or signed once can be read and checked before and after the times in which the key is valid.</param>
internal sealed record KeyOperation(string Word, VaultRight Right, bool IsTimeless)
{
    public static readonly KeyOperation Encrypt = new("encrypt", KeyRight.Encrypt, false);
    public static readonly KeyOperation Decrypt = new("decrypt", KeyRight.Decrypt, true);
    public static readonly KeyOperation Sign = new("sign", KeyRight.Sign, false);
    public static readonly KeyOperation Verify = new("verify", KeyRight.Verify, true);
    public static readonly KeyOperation WrapKey = new("wrapKey", KeyRight.Wrap, false);
    public static readonly KeyOperation UnwrapKey = new("unwrapKey", KeyRight.Unwrap, true);

    private static readonly string[] OfEc = [Sign.Word, Verify.Word];
    private static readonly string[] OfRsa = [Encrypt.Word, Decrypt.Word, Sign.Word, Verify.Word, WrapKey.Word, UnwrapKey.Word];

    /// <summary>What a key of that type can do, and does unless the caller says less.</summary>
    public static IReadOnlyList<string> Of(string keyType) => keyType == KeySpec.Ec ? OfEc : OfRsa;
}
