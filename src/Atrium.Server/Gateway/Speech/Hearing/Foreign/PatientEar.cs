namespace Atrium.Server.Gateway.Speech.Hearing.Foreign;

/// <summary>Asks a recognizer again where what went wrong may pass, for work that nobody waits for with an open connection.</summary>
internal sealed class PatientEar(IForeignEar ear, EarPatience patience) : IForeignEar
{
    /// <exception cref="EarRefusedException">It will not be heard there, or not soon.</exception>
    public Task<ForeignSpeech> HearAsync(GatewayCall call, byte[] wav, ForeignWish wanted, CancellationToken cancellationToken) =>
        patience.AskAsync(() => ear.HearAsync(call, wav, wanted, cancellationToken), cancellationToken);
}
